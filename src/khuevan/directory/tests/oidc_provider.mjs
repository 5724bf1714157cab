// A real OpenID Connect provider for the tests: node oidc_provider.mjs PORT CLIENT.
// CLIENT is JSON {redirect_uri, accounts: {id: claims}}. Whoever POSTs login=id to
// the interaction it leads to is that account.
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [port, told] = process.argv.slice(2)
const { redirect_uri: redirectUri, accounts } = JSON.parse(told)

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id: 'khuevan',
    client_secret: 'a secret between the two of them',
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'client_secret_basic'
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'national_id'] },
  cookies: { keys: ['keys of a test'] },
  features: { devInteractions: { enabled: false } },
  findAccount: (context, id) => accounts[id] && {
    accountId: id,
    claims: () => ({ sub: id, ...accounts[id] })
  },
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true }
})
const answer = provider.callback()

async function interact (request, response) {
  const { params } = await provider.interactionDetails(request, response)
  let body = ''
  for await (const chunk of request) body += chunk
  const accountId = new URLSearchParams(body).get('login')
  if (!accountId) {
    await provider.interactionFinished(request, response, { error: 'access_denied' })
    return
  }
  const grant = new provider.Grant({ accountId, clientId: params.client_id })
  grant.addOIDCScope(params.scope)
  const consent = { grantId: await grant.save() }
  await provider.interactionFinished(request, response, { login: { accountId }, consent })
}

createServer((request, response) => {
  if (request.method === 'POST' && request.url.startsWith('/interaction/')) {
    interact(request, response).catch((error) => { response.writeHead(500).end(String(error)) })
  } else {
    answer(request, response)
  }
}).listen(Number(port), 'localhost', () => console.log('ready'))
