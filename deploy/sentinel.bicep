metadata description = 'The table that the worker writes alerts to, the right to write to it, and the rule that makes incidents of them.'

targetScope = 'resourceGroup'

@description('A workspace in this resource group that Sentinel is on for.')
param workspaceName string

@description('Its region: the rule for collection has to be there too.')
param location string = resourceGroup().location

@description('The object id of the worker\'s identity.')
param principalId string

@description('scheduled: every five minutes, generally available. nrt: every minute, a preview; at most thirty alerts a run.')
@allowed(['scheduled', 'nrt'])
param rule string = 'scheduled'

param retentionInDays int = 90
param totalRetentionInDays int = 730

var roles = { 'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb' }

var columns = [
  { name: 'TimeGenerated', type: 'datetime' }
  { name: 'AlertId', type: 'string' }
  { name: 'AlertKey', type: 'string' }
  { name: 'Revision', type: 'int' }
  { name: 'IsFinal', type: 'boolean' }
  { name: 'IsClosing', type: 'boolean' }
  { name: 'RuleId', type: 'string' }
  { name: 'RuleName', type: 'string' }
  { name: 'AlertTitle', type: 'string' }
  { name: 'AlertSeverity', type: 'string' }
  { name: 'DetectorSeverity', type: 'string' }
  { name: 'RiskScore', type: 'int' }
  { name: 'Reasons', type: 'string' }
  { name: 'ActorId', type: 'string' }
  { name: 'ActorUpn', type: 'string' }
  { name: 'TargetId', type: 'string' }
  { name: 'TargetUpn', type: 'string' }
  { name: 'RoleId', type: 'string' }
  { name: 'RoleName', type: 'string' }
  { name: 'RoleTier', type: 'int' }
  { name: 'SourceIp', type: 'string' }
  { name: 'City', type: 'string' }
  { name: 'Country', type: 'string' }
  { name: 'DeviceId', type: 'string' }
  { name: 'DeviceName', type: 'string' }
  { name: 'Justification', type: 'string' }
  { name: 'Ticket', type: 'string' }
  { name: 'EntraTenantId', type: 'string' }
  { name: 'Runbook', type: 'string' }
  { name: 'MergedInto', type: 'string' }
  { name: 'FirstEventTime', type: 'datetime' }
  { name: 'LastEventTime', type: 'datetime' }
  { name: 'Tactics', type: 'string' }
  { name: 'Techniques', type: 'string' }
  { name: 'EvidenceCount', type: 'int' }
  { name: 'Factors', type: 'dynamic' }
  { name: 'Evidence', type: 'dynamic' }
]

// Entra's records come minutes after the event, so a scheduled rule asks for what has come in since it last looked, of a whole day.
var arrivedSince = rule == 'scheduled' ? '| where ingestion_time() > ago(5m)' : ''
var query = join(
  [
    'PimDetections_CL'
    arrivedSince
    '| where Revision == 0 and not(IsClosing)'
    '| extend ActorName = tostring(split(ActorUpn, "@")[0]), ActorUpnSuffix = tostring(split(ActorUpn, "@")[1])'
  ],
  '\n'
)
var shared = {
  displayName: 'Detector: alerts on privileged access'
  description: 'Makes an alert and an incident of each alert that Detector writes. Revisions are rows with the same AlertId.'
  enabled: true
  severity: 'Medium'
  query: query
  suppressionEnabled: false
  suppressionDuration: 'PT5H'
  eventGroupingSettings: { aggregationKind: 'AlertPerResult' }
  entityMappings: [
    {
      entityType: 'Account'
      fieldMappings: [
        { identifier: 'Name', columnName: 'ActorName' }
        { identifier: 'UPNSuffix', columnName: 'ActorUpnSuffix' }
        { identifier: 'AadUserId', columnName: 'ActorId' }
      ]
    }
    {
      entityType: 'IP'
      fieldMappings: [{ identifier: 'Address', columnName: 'SourceIp' }]
    }
  ]
  customDetails: {
    AlertKey: 'AlertKey'
    DetectorAlert: 'AlertId'
    DetectorSeverity: 'DetectorSeverity'
    Rule: 'RuleName'
    Score: 'RiskScore'
    Reasons: 'Reasons'
    Role: 'RoleName'
    Tier: 'RoleTier'
    Ticket: 'Ticket'
  }
  alertDetailsOverride: {
    alertDisplayNameFormat: '{{AlertTitle}}: {{ActorUpn}}'
    alertDescriptionFormat: '{{Reasons}}'
    alertSeverityColumnName: 'AlertSeverity'
    alertTacticsColumnName: 'Tactics'
  }
  incidentConfiguration: {
    createIncident: true
    groupingConfiguration: {
      enabled: true
      reopenClosedIncident: false
      lookbackDuration: 'PT5H'
      matchingMethod: 'Selected'
      groupByEntities: ['Account']
      groupByAlertDetails: []
      groupByCustomDetails: ['AlertKey']
    }
  }
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource table 'Microsoft.OperationalInsights/workspaces/tables@2023-09-01' = {
  parent: workspace
  name: 'PimDetections_CL'
  properties: {
    plan: 'Analytics'
    retentionInDays: retentionInDays
    totalRetentionInDays: totalRetentionInDays
    schema: { name: 'PimDetections_CL', columns: columns }
  }
}

resource collection 'Microsoft.Insights/dataCollectionRules@2023-03-11' = {
  name: 'detector-alerts'
  location: location
  kind: 'Direct'
  properties: {
    streamDeclarations: { 'Custom-PimDetections': { columns: columns } }
    destinations: { logAnalytics: [{ name: 'workspace', workspaceResourceId: workspace.id }] }
    dataFlows: [
      {
        streams: ['Custom-PimDetections']
        destinations: ['workspace']
        transformKql: 'source'
        outputStream: 'Custom-PimDetections_CL'
      }
    ]
  }
  dependsOn: [table]
}

resource mayWrite 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: collection
  name: guid(collection.id, principalId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Monitoring Metrics Publisher'])
  }
}

resource scheduled 'Microsoft.SecurityInsights/alertRules@2025-09-01' = if (rule == 'scheduled') {
  scope: workspace
  name: guid(workspace.id, 'detector-alerts')
  kind: 'Scheduled'
  properties: union(shared, {
    queryFrequency: 'PT5M'
    queryPeriod: 'P1D'
    triggerOperator: 'GreaterThan'
    triggerThreshold: 0
  })
  dependsOn: [table]
}

resource nrt 'Microsoft.SecurityInsights/alertRules@2025-10-01-preview' = if (rule == 'nrt') {
  scope: workspace
  name: guid(workspace.id, 'detector-alerts')
  kind: 'NRT'
  properties: shared
  dependsOn: [table]
}

resource parser 'Microsoft.OperationalInsights/workspaces/savedSearches@2020-08-01' = {
  parent: workspace
  name: 'ASimAlertEventPimDetector'
  properties: {
    category: 'ASIM'
    displayName: 'ASIM: alert events of Detector'
    functionAlias: 'ASimAlertEventPimDetector'
    functionParameters: 'disabled:bool=False'
    query: loadTextContent('sentinel/asim-alert-event.kql')
    version: 2
  }
  dependsOn: [table]
}

resource workbook 'Microsoft.Insights/workbooks@2022-04-01' = {
  name: guid(workspace.id, 'detector-workbook')
  location: location
  kind: 'shared'
  properties: {
    displayName: 'Detector: privileged access'
    category: 'sentinel'
    sourceId: workspace.id
    version: '1.0'
    serializedData: loadTextContent('sentinel/workbook.json')
  }
}

@description('The section Sinks:Sentinel of the worker.')
output settings object = {
  Endpoint: collection.properties.endpoints.logsIngestion
  RuleId: collection.properties.immutableId
}
