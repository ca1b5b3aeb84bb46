package jirasim

// valueKind says how the value of a field is made and written.
type valueKind int

// The values of system fields.
const (
	valueNone valueKind = iota // listed, but in no issue
	valueNull
	valueArchivedDate
	valueArchiver
	valueCategoryChanged
	valueIssueType
	valueParent
	valueTimeSpent
	valueProject
	valueFixVersions
	valueStatusCategory
	valueResolution
	valueResolutionDate
	valueWorkRatio
	valueRestriction
	valueViewed
	valueWatches
	valueCreated
	valuePriority
	valueLabels
	valueRemaining
	valueOriginal
	valueAffectsVersions
	valueLinks
	valueAssignee
	valueUpdated
	valueStatus
	valueComponents
	valueDescription
	valueTimeTracking
	valueSecurity
	valueAttachments
	valueSummary
	valueCreator
	valueSubtasks
	valueReporter
	valueProgress
	valueEnvironment
	valueDueDate
	valueVotes
	valueComments
	valueWorklogs
)

// The values of custom fields.
const (
	valueString valueKind = iota + 100
	valueTextArea
	valueURL
	valueNumber
	valueDate
	valueDateTime
	valueOption
	valueOptions
	valueCascade
	valueStrings
	valueUser
	valueUsers
	valueGroup
	valueGroups
	valueVersion
	valueVersions
	valueOtherProject
	valueSprint
	valueEpicLink
	valueEpicName
	valueEpicStatus
	valueEpicColor
	valueRank
	valueOldRank
	valueRequestType
	valueSLA
	valueOrganizations
	valueApprovals
	valueFeedback
	valueLanguage
	valueTeam
	valueAssets
	valueDevSummary
	valueAnyJSON
	valueObject
	valueOption2
	valueJSON
	valueAnyArray
	valueImportID
	valueParentLink
	valueTimeInStatus
	valueDesigns
	valueOddDate
	valueBigNumber
)

// deploymentFilter says where a field exists.
type deploymentFilter int

const (
	anyDeployment deploymentFilter = iota
	cloudOnly
	serverOnly
)

func onlyOn(d Deployment) deploymentFilter {
	if d == Cloud {
		return cloudOnly
	}
	return serverOnly
}

// systemField is a row of the table of fields that every site has.
type systemField struct {
	only  deploymentFilter
	field field
}

// customField is a row of the table of fields that this site has; make completes it.
type customField struct {
	only     deploymentFilter
	name     string
	kind     valueKind
	plugin   string // a bare word is a type of Jira's own plugin
	schema   string // of the kind when empty
	fill     int    // percent
	projects uint64 // context, 0 = everywhere
}

// kindSchemas are the insides of schema objects, by kind.
var kindSchemas = map[valueKind]string{
	valueString:        `"type":"string"`,
	valueTextArea:      `"type":"string"`,
	valueURL:           `"type":"string"`,
	valueNumber:        `"type":"number"`,
	valueDate:          `"type":"date"`,
	valueDateTime:      `"type":"datetime"`,
	valueOption:        `"type":"option"`,
	valueOptions:       `"type":"array","items":"option"`,
	valueCascade:       `"type":"option-with-child"`,
	valueStrings:       `"type":"array","items":"string"`,
	valueUser:          `"type":"user"`,
	valueUsers:         `"type":"array","items":"user"`,
	valueGroup:         `"type":"group"`,
	valueGroups:        `"type":"array","items":"group"`,
	valueVersion:       `"type":"version"`,
	valueVersions:      `"type":"array","items":"version"`,
	valueOtherProject:  `"type":"project"`,
	valueSprint:        `"type":"array","items":"json"`,
	valueEpicLink:      `"type":"any"`,
	valueEpicName:      `"type":"string"`,
	valueEpicStatus:    `"type":"option"`,
	valueEpicColor:     `"type":"string"`,
	valueRank:          `"type":"any"`,
	valueOldRank:       `"type":"number"`,
	valueRequestType:   `"type":"sd-customerrequesttype"`,
	valueSLA:           `"type":"sd-servicelevelagreement"`,
	valueOrganizations: `"type":"array","items":"sd-customerorganization"`,
	valueApprovals:     `"type":"sd-approvals"`,
	valueFeedback:      `"type":"sd-feedback"`,
	valueLanguage:      `"type":"sd-request-lang"`,
	valueTeam:          `"type":"team"`,
	valueAssets:        `"type":"array","items":"cmdb-object-field"`,
	valueDevSummary:    `"type":"any"`,
	valueAnyJSON:       `"type":"any"`,
	valueObject:        `"type":"object"`,
	valueOption2:       `"type":"option2"`,
	valueJSON:          `"type":"json"`,
	valueAnyArray:      `"type":"array","items":"any"`,
	valueImportID:      `"type":"any"`,
	valueParentLink:    `"type":"any"`,
	valueTimeInStatus:  `"type":"any"`,
	valueDesigns:       `"type":"array","items":"design.field.name"`,
	valueOddDate:       `"type":"date"`,
	valueBigNumber:     `"type":"number"`,
}
