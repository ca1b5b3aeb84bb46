package examples_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// manifests are the three objects of the Kubernetes recipe.
type manifests struct {
	config core.ConfigMap
	claim  core.PersistentVolumeClaim
	job    batch.CronJob
}

// readManifests decodes them strictly: an unknown or repeated member, or one of another type, fails.
func readManifests(t *testing.T) manifests {
	t.Helper()
	content, err := os.ReadFile("kubernetes/tap-jira.yaml")
	require.NoError(t, err)
	documents := strings.Split(string(content), "\n---\n")
	require.Len(t, documents, 3)
	var m manifests
	require.NoError(t, yaml.UnmarshalStrict([]byte(documents[0]), &m.config))
	require.NoError(t, yaml.UnmarshalStrict([]byte(documents[1]), &m.claim))
	require.NoError(t, yaml.UnmarshalStrict([]byte(documents[2]), &m.job))
	require.Equal(t, "v1 ConfigMap", m.config.APIVersion+" "+m.config.Kind)
	require.Equal(t, "v1 PersistentVolumeClaim", m.claim.APIVersion+" "+m.claim.Kind)
	require.Equal(t, "batch/v1 CronJob", m.job.APIVersion+" "+m.job.Kind)
	return m
}

// TestManifestsAreWhatTheServerTakes checks what the types do not say and only the API server refuses.
func TestManifestsAreWhatTheServerTakes(t *testing.T) {
	t.Parallel()
	m := readManifests(t)
	name := regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
	for _, given := range []string{m.config.Name, m.claim.Name, m.job.Name} {
		require.Regexp(t, name, given)
	}
	require.LessOrEqual(t, len(m.job.Name), 52, "a CronJob adds eleven characters for its jobs")
	require.NotEmpty(t, m.claim.Spec.AccessModes)
	require.Contains(t, m.claim.Spec.Resources.Requests, core.ResourceStorage)

	spec := m.job.Spec
	require.Regexp(t, `^\S+ \S+ \S+ \S+ \S+$`, spec.Schedule)
	require.Equal(t, batch.ForbidConcurrent, spec.ConcurrencyPolicy)
	job := spec.JobTemplate.Spec
	require.Equal(t, core.RestartPolicyNever, job.Template.Spec.RestartPolicy, "a failure policy needs it, and a job takes no Always")
	for _, rule := range job.PodFailurePolicy.Rules {
		require.Equal(t, batch.PodFailurePolicyActionFailJob, rule.Action)
		require.Equal(t, batch.PodFailurePolicyOnExitCodesOpIn, rule.OnExitCodes.Operator)
		require.Equal(t, job.Template.Spec.Containers[0].Name, *rule.OnExitCodes.ContainerName)
		require.True(t, slices.IsSorted(rule.OnExitCodes.Values))
		require.NotContains(t, rule.OnExitCodes.Values, int32(0))
	}
	requireVolumes(t, m, job.Template.Spec)
}

// requireVolumes finds each mount's volume, and each volume's object.
func requireVolumes(t *testing.T, m manifests, pod core.PodSpec) {
	t.Helper()
	for _, volume := range pod.Volumes {
		switch {
		case volume.ConfigMap != nil:
			require.Equal(t, m.config.Name, volume.ConfigMap.Name)
		case volume.PersistentVolumeClaim != nil:
			require.Equal(t, m.claim.Name, volume.PersistentVolumeClaim.ClaimName)
		default:
			require.True(t, volume.Secret != nil || volume.EmptyDir != nil, volume.Name)
		}
	}
	requireMounts(t, pod)
}

// requireMounts finds each mount's volume, and a mount for each volume.
func requireMounts(t *testing.T, pod core.PodSpec) {
	t.Helper()
	var volumes, mounted []string
	for _, volume := range pod.Volumes {
		volumes = append(volumes, volume.Name)
	}
	for _, mount := range pod.Containers[0].VolumeMounts {
		mounted = append(mounted, mount.Name)
		require.True(t, strings.HasPrefix(mount.MountPath, "/"), mount.MountPath)
	}
	require.ElementsMatch(t, volumes, mounted)
}

// TestPodMayDoLittle holds the pod to little, and its resources to their limits.
func TestPodMayDoLittle(t *testing.T) {
	t.Parallel()
	pod := readManifests(t).job.Spec.JobTemplate.Spec.Template.Spec
	requireLittle(t, pod)
	require.Greater(t, *pod.TerminationGracePeriodSeconds, int64(60), "longer than --stop-timeout")
	require.Len(t, pod.Containers, 1)
	container := pod.Containers[0]
	for what, request := range container.Resources.Requests {
		if limit, limited := container.Resources.Limits[what]; limited {
			require.LessOrEqual(t, request.Cmp(limit), 0, what)
		}
	}
}

// requireLittle holds a pod to Kubernetes' "restricted" standard for pods.
func requireLittle(t *testing.T, pod core.PodSpec) {
	t.Helper()
	require.False(t, *pod.AutomountServiceAccountToken)
	require.True(t, *pod.SecurityContext.RunAsNonRoot)
	require.EqualValues(t, 65532, *pod.SecurityContext.RunAsUser, "the user of the image")
	require.Equal(t, core.SeccompProfileTypeRuntimeDefault, pod.SecurityContext.SeccompProfile.Type)
	container := pod.Containers[0]
	require.False(t, *container.SecurityContext.AllowPrivilegeEscalation)
	require.True(t, *container.SecurityContext.ReadOnlyRootFilesystem)
	require.Equal(t, []core.Capability{"ALL"}, container.SecurityContext.Capabilities.Drop)
}

// TestPodWritesOnlyWhereItMay finds every path that the tap writes to on the volume of the state.
func TestPodWritesOnlyWhereItMay(t *testing.T) {
	t.Parallel()
	m := readManifests(t)
	var config map[string]string
	require.NoError(t, json.Unmarshal([]byte(m.config.Data["config.json"]), &config))
	require.Contains(t, config["credentials_file"], "/var/lib/tap-jira/")
	require.Contains(t, config["password"], "env:", "no secret stands in a ConfigMap")
	args := m.job.Spec.JobTemplate.Spec.Template.Spec.Containers[0].Args
	require.Contains(t, args, "--state=/var/lib/tap-jira/state.json")
	require.Contains(t, args, "--log-dir=/var/lib/tap-jira/runs")
}
