metadata description = 'Sends the Entra logs to the hubs: one diagnostic setting of the tenant for each category, of which Entra allows five in all. Whoever deploys it is Security Administrator and may deploy at the tenant\'s scope.'

targetScope = 'tenant'

@description('Output senderRuleId of main.bicep.')
param senderRuleId string

@description('Begins the names of the settings.')
param name string = 'detector'

@description('The categories, each with its hub.')
param logs { category: string, hub: string }[] = [
  { category: 'AuditLogs', hub: 'insights-logs-auditlogs' }
  { category: 'SignInLogs', hub: 'insights-logs-signinlogs' }
  { category: 'NonInteractiveUserSignInLogs', hub: 'insights-logs-noninteractiveusersigninlogs' }
]

resource setting 'microsoft.aadiam/diagnosticSettings@2017-04-01' = [
  for log in logs: {
    name: '${name}-${log.hub}'
    properties: {
      eventHubAuthorizationRuleId: senderRuleId
      eventHubName: log.hub
      logs: [{ category: log.category, enabled: true }]
    }
  }
]
