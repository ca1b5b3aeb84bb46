package examples_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// readShards decodes the manifests of a shared first load strictly.
func readShards(t *testing.T) (claim core.PersistentVolumeClaim, shards, merge batch.Job) {
	t.Helper()
	content, err := os.ReadFile("kubernetes/shards.yaml")
	require.NoError(t, err)
	documents := strings.Split(string(content), "\n---\n")
	require.Len(t, documents, 3)
	require.NoError(t, yaml.UnmarshalStrict([]byte(documents[0]), &claim))
	require.NoError(t, yaml.UnmarshalStrict([]byte(documents[1]), &shards))
	require.NoError(t, yaml.UnmarshalStrict([]byte(documents[2]), &merge))
	require.Equal(t, "v1 PersistentVolumeClaim", claim.APIVersion+" "+claim.Kind)
	require.Equal(t, "batch/v1 Job", shards.APIVersion+" "+shards.Kind)
	require.Equal(t, "batch/v1 Job", merge.APIVersion+" "+merge.Kind)
	return claim, shards, merge
}

// TestShardJobsAreWhatTheServerTakes checks what the types do not say and only the API server refuses.
func TestShardJobsAreWhatTheServerTakes(t *testing.T) {
	t.Parallel()
	claim, shards, merge := readShards(t)
	spec := shards.Spec
	require.Equal(t, batch.IndexedCompletion, *spec.CompletionMode)
	require.NotNil(t, spec.Completions, "an Indexed Job says how many there are")
	require.LessOrEqual(t, *spec.Parallelism, *spec.Completions)
	require.Equal(t, core.RestartPolicyNever, spec.Template.Spec.RestartPolicy, "a limit by index and a failure policy need it")
	require.Nil(t, spec.BackoffLimit, "the limit is by index")
	require.Equal(t, core.RestartPolicyNever, merge.Spec.Template.Spec.RestartPolicy, "a job takes no Always")
	require.True(t, *merge.Spec.Suspend, "it follows the shards")
	require.Equal(t, []core.PersistentVolumeAccessMode{core.ReadWriteMany}, claim.Spec.AccessModes, "pods of several nodes write to it")
	for _, rule := range spec.PodFailurePolicy.Rules {
		require.Equal(t, spec.Template.Spec.Containers[0].Name, *rule.OnExitCodes.ContainerName)
		require.NotContains(t, rule.OnExitCodes.Values, int32(0))
	}
	for _, pod := range []core.PodSpec{spec.Template.Spec, merge.Spec.Template.Spec} {
		requireMounts(t, pod)
		requireLittle(t, pod)
	}
}

// TestMergeReadsWhatTheShardsWrite holds the two jobs together: as many states as there are shards, each by its name.
func TestMergeReadsWhatTheShardsWrite(t *testing.T) {
	t.Parallel()
	_, shards, merge := readShards(t)
	container := shards.Spec.Template.Spec.Containers[0]
	require.Contains(t, container.Args, "--state=/var/lib/tap-jira-shards/state-$(SHARD).json")
	require.Equal(t, "SHARD", container.Env[0].Name)
	require.Equal(t, "metadata.annotations['batch.kubernetes.io/job-completion-index']", container.Env[0].ValueFrom.FieldRef.FieldPath)
	var want []string
	for i := range int(*shards.Spec.Completions) {
		want = append(want, fmt.Sprintf("/var/lib/tap-jira-shards/state-%d.json", i))
	}
	args := merge.Spec.Template.Spec.Containers[0].Args
	require.Equal(t, []string{"state", "merge", "--state=/var/lib/tap-jira/state.json"}, args[:3])
	require.Equal(t, want, args[3:])
	cron := readManifests(t).job.Spec.JobTemplate.Spec.Template.Spec.Containers[0]
	require.Contains(t, cron.Args, args[2], "the CronJob goes on from the united state")
}
