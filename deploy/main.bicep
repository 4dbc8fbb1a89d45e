metadata description = 'What a detector worker needs in Azure: hubs for the Entra logs, a container for checkpoints, and an identity that may use both and nothing else.'

targetScope = 'resourceGroup'

@description('Begins the names of all resources.')
@minLength(3)
@maxLength(14)
param name string = 'detector'

param location string = resourceGroup().location

@description('The hubs. Entra sends each category to the one of its name (entra-logs.bicep).')
param hubs string[] = [
  'insights-logs-auditlogs'
  'insights-logs-signinlogs'
  'insights-logs-noninteractiveusersigninlogs'
]

@description('Partitions of each hub. On Standard it cannot be changed afterwards.')
@minValue(1)
@maxValue(32)
param partitions int = 4

@description('How long a hub keeps records: the longest outage of the worker before some are lost. Standard allows 7 days.')
@minValue(1)
@maxValue(7)
param retentionDays int = 7

@description('Throughput units to begin with, and to grow to: each takes 1 MB/s in.')
@minValue(1)
@maxValue(40)
param throughputUnits int = 1

@minValue(1)
@maxValue(40)
param throughputUnitsMax int = 4

@description('Who writes to the hubs. Diagnostic settings of Entra know a key only; with a sender that has an identity, keys are switched off.')
@allowed(['diagnostic-settings', 'identity'])
param sender string = 'diagnostic-settings'

@description('What the key of the diagnostic settings may do. The service documents all three; when it creates no hubs, Send alone has been seen to suffice.')
param senderRights string[] = ['Listen', 'Manage', 'Send']

@description('A subnet for private endpoints; then nothing is reached from the internet. Empty for public endpoints.')
param subnetId string = ''

@description('Private DNS zones for the private endpoints, privatelink.servicebus.windows.net and privatelink.blob.core.windows.net; empty when a policy registers them.')
param serviceBusZoneId string = ''
param blobZoneId string = ''

@description('A Log Analytics workspace from which the worker may read the past (WarmUp:Workspace); empty for none.')
param workspaceId string = ''

@description('The OIDC issuer of a Kubernetes cluster whose service account is the identity; empty when the worker runs elsewhere.')
param clusterIssuer string = ''

@description('That service account, as in kubernetes.yaml.')
param serviceAccount string = 'detector:detector'

var isPrivate = !empty(subnetId)
var network = isPrivate ? 'Disabled' : 'Enabled'
var unique = uniqueString(resourceGroup().id, name)

// The roles, and where they hold: the hubs and the container, not the namespace and the account.
var roles = {
  'Azure Event Hubs Data Receiver': 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-worker'
  location: location

  resource cluster 'federatedIdentityCredentials' = if (!empty(clusterIssuer)) {
    name: 'kubernetes'
    properties: {
      issuer: clusterIssuer
      subject: 'system:serviceaccount:${serviceAccount}'
      audiences: ['api://AzureADTokenExchange']
    }
  }
}

// Standard is the least tier that speaks Kafka.
resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: '${name}-${unique}'
  location: location
  sku: { name: 'Standard', tier: 'Standard', capacity: throughputUnits }
  properties: {
    disableLocalAuth: sender == 'identity'
    minimumTlsVersion: '1.2'
    publicNetworkAccess: network
    isAutoInflateEnabled: throughputUnitsMax > throughputUnits
    maximumThroughputUnits: throughputUnitsMax > throughputUnits ? throughputUnitsMax : 0
    zoneRedundant: true
  }

  // Diagnostic settings come from outside of every network, as a trusted service.
  resource rules 'networkRuleSets' = {
    name: 'default'
    properties: {
      publicNetworkAccess: network
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      trustedServiceAccessEnabled: true
    }
  }

  resource key 'authorizationRules' = if (sender == 'diagnostic-settings') {
    name: 'entra-diagnostic-settings'
    properties: { rights: senderRights }
  }
}

resource hub 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = [
  for hubName in hubs: {
    parent: namespace
    name: hubName
    properties: {
      partitionCount: partitions
      retentionDescription: { cleanupPolicy: 'Delete', retentionTimeInHours: retentionDays * 24 }
    }
  }
]

// The worker reads by Kafka, whose groups make themselves. This one is for people who look at a hub with tools that speak AMQP.
resource observers 'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01' = [
  for (hubName, i) in hubs: {
    parent: hub[i]
    name: 'observers'
  }
]

resource mayReceive 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (hubName, i) in hubs: {
    scope: hub[i]
    name: guid(hub[i].id, identity.id, roles['Azure Event Hubs Data Receiver'])
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Azure Event Hubs Data Receiver'])
    }
  }
]

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: take('${replace(name, '-', '')}${unique}', 24)
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: network
    networkAcls: { bypass: 'None', defaultAction: isPrivate ? 'Deny' : 'Allow' }
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      // Checkpoints are written every few seconds: keeping each old one would cost more than all the rest, and nobody goes back to one.
      deleteRetentionPolicy: { enabled: false }
      isVersioningEnabled: false
    }

    resource checkpoints 'containers' = {
      name: 'checkpoints'
      properties: { publicAccess: 'None' }
    }
  }
}

resource mayWrite 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storage::blobs::checkpoints
  name: guid(storage::blobs::checkpoints.id, identity.id, roles['Storage Blob Data Contributor'])
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Storage Blob Data Contributor'])
  }
}

module workspace 'workspace.bicep' = if (!empty(workspaceId)) {
  name: '${name}-workspace'
  scope: resourceGroup(split(workspaceId, '/')[?2] ?? subscription().subscriptionId, split(workspaceId, '/')[?4] ?? resourceGroup().name)
  params: {
    workspaceName: last(split(workspaceId, '/'))
    identityId: identity.id
    principalId: identity.properties.principalId
  }
}

module endpoints 'private-endpoint.bicep' = [
  for endpoint in isPrivate
    ? [
        { target: 'hubs', id: namespace.id, group: 'namespace', zone: serviceBusZoneId }
        { target: 'blobs', id: storage.id, group: 'blob', zone: blobZoneId }
      ]
    : []: {
    name: '${name}-${endpoint.target}'
    params: {
      name: '${name}-${endpoint.target}'
      location: location
      subnetId: subnetId
      targetId: endpoint.id
      group: endpoint.group
      zoneId: endpoint.zone
    }
  }
]

@description('The client id of the identity, for the annotation of the Kubernetes service account.')
output clientId string = identity.properties.clientId

@description('The key rule that entra-logs.bicep takes; empty when keys are switched off.')
output senderRuleId string = sender == 'diagnostic-settings' ? namespace::key.id : ''

@description('The worker\'s configuration as far as it follows from this.')
output settings object = {
  Source: {
    Kind: 'eventhubs'
    EventHubs: {
      Brokers: '${split(split(namespace.properties.serviceBusEndpoint, '://')[1], ':')[0]}:9093'
      Topics: hubs
      Auth: empty(clusterIssuer) ? 'managed-identity' : 'workload-identity'
      ClientId: identity.properties.clientId
    }
  }
  Checkpoints: {
    Kind: 'blobs'
    Blobs: {
      Container: '${storage.properties.primaryEndpoints.blob}checkpoints'
      Auth: empty(clusterIssuer) ? 'managed-identity' : 'workload-identity'
      ClientId: identity.properties.clientId
    }
  }
}
