metadata description = 'Lets the worker read the Entra logs of a workspace, for its warm-up.'

targetScope = 'resourceGroup'

param workspaceName string

@description('The worker\'s identity: its resource id, and its object id.')
param identityId string
param principalId string

@description('The tables that hold Entra logs; the role holds for these alone.')
param tables string[] = [
  'AuditLogs'
  'SigninLogs'
  'AADNonInteractiveUserSignInLogs'
  'AADServicePrincipalSignInLogs'
  'AADManagedIdentitySignInLogs'
]

var roles = { 'Log Analytics Data Reader': '3b03c2da-16b3-4a49-8834-0f8130efdd3b' }

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName

  resource table 'tables' existing = [for tableName in tables: { name: tableName }]
}

resource mayQuery 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (tableName, i) in tables: {
    scope: workspace::table[i]
    name: guid(workspace.id, tableName, identityId)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Log Analytics Data Reader'])
    }
  }
]
