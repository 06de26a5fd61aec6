/**
 * Whole programs for the developer of a client, with its own values filled in: each runs the code flow with PKCE, checks what comes back,
 * and makes one request with the token. They read the secret from the environment, so that it is not pasted into a file.
 */
import { quoteWord } from './shell-command.ts'

export type SnippetValues = {
  readonly clientId: string
  readonly kind: 'confidential' | 'public'
  readonly redirectUri: string
  /** The address of the site as tokens and answers name it, without a slash at the end. */
  readonly issuer: string
  readonly authorize: string
  readonly token: string
}

export type Snippet = { readonly title: string; readonly text: string }

/** The programs, in the order in which the page shows them. */
export function snippetsFor(values: SnippetValues): readonly Snippet[] {
  return [
    { title: 'Shell, with curl and openssl', text: shell(values) },
    { title: 'Python, without any package', text: python(values) },
    { title: 'JavaScript, with oauth4webapi', text: javaScript(values) },
  ]
}

function shell({ authorize, clientId, issuer, kind, redirectUri, token }: SnippetValues): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'read',
  })
  const secret = kind === 'confidential' ? '\n  --data-urlencode "client_secret=$CLIENT_SECRET" \\' : ''
  return `SITE=${quoteWord(issuer)}
AUTHORIZE=${quoteWord(`${authorize}?${query.toString()}`)}
TOKEN=${quoteWord(token)}
CLIENT_ID=${quoteWord(clientId)}
ISS=${quoteWord(encodeURIComponent(issuer))}
REDIRECT_URI=${quoteWord(redirectUri)}

state=$(openssl rand -hex 16)
verifier=$(openssl rand -hex 32)
challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d =)
request="$AUTHORIZE&state=$state&code_challenge=$challenge&code_challenge_method=S256"
echo "Open $request"
echo 'Then paste the address that you came back to:'
read -r back

fail() { printf '%s\\n' "$1" >&2; exit 1; }
field() { printf %s "\${back#*[?]}" | tr '&' '\\n' | sed -n "s/^$1=//p"; }
[ "$(field state)" = "$state" ] || fail 'This answers another request.'
[ "$(field iss)" = "$ISS" ] || fail 'This is the answer of another site.'
error=$(field error)
[ -z "$error" ] || fail "No access: $error. $(field error_description | tr + ' ')"

answer=$(curl -sS --fail-with-body --data-urlencode grant_type=authorization_code \\
  --data-urlencode "code=$(field code)" --data-urlencode "redirect_uri=$REDIRECT_URI" \\
  --data-urlencode "client_id=$CLIENT_ID" \\${secret}
  --data-urlencode "code_verifier=$verifier" "$TOKEN") || fail "No token: $answer"
token=$(printf %s "$answer" | sed -n 's/.*"access_token":"\\([^"]*\\)".*/\\1/p')
[ -n "$token" ] || fail "No token: $answer"
curl -sS --fail-with-body -H "Authorization: Bearer $token" "$SITE/-/actor.json" || fail 'The token was not accepted.'
`
}

function python({ authorize, clientId, issuer, kind, redirectUri, token }: SnippetValues): string {
  const secret = kind === 'confidential' ? '\n    "client_secret": os.environ["CLIENT_SECRET"],' : ''
  return `import base64, hashlib, json, os, secrets
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

SITE = ${text(issuer)}
AUTHORIZE = ${text(authorize)}
TOKEN = ${text(token)}
CLIENT_ID = ${text(clientId)}
REDIRECT_URI = ${text(redirectUri)}

def send(request, form=None):
    try:
        with urlopen(request, form) as answer:
            return answer.read().decode()
    except HTTPError as failure:
        raise SystemExit(f"{failure.url} answered {failure.code}: {failure.read().decode()}")
    except URLError as failure:
        raise SystemExit(f"The site cannot be reached: {failure.reason}")

state = secrets.token_urlsafe(16)
verifier = secrets.token_urlsafe(48)
digest = hashlib.sha256(verifier.encode()).digest()
request = urlencode({
    "response_type": "code",
    "client_id": CLIENT_ID,
    "redirect_uri": REDIRECT_URI,
    "scope": "read",
    "state": state,
    "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
})
print("Open", AUTHORIZE + "?" + request)
print("Then paste the address that you came back to:", flush=True)
back = parse_qs(urlsplit(input()).query)

if back.get("state") != [state] or back.get("iss") != [SITE]:
    raise SystemExit("This answers another request.")
if "error" in back:
    raise SystemExit("No access: " + ". ".join(back["error"] + back.get("error_description", [])))
form = urlencode({
    "grant_type": "authorization_code",
    "code": back["code"][0],
    "redirect_uri": REDIRECT_URI,
    "client_id": CLIENT_ID,${secret}
    "code_verifier": verifier,
})
token = json.loads(send(TOKEN, form.encode()))["access_token"]
print(send(Request(SITE + "/-/actor.json", headers={"Authorization": "Bearer " + token})))
`
}

function javaScript({ clientId, issuer, kind, redirectUri }: SnippetValues): string {
  const proof = kind === 'confidential' ? 'oauth.ClientSecretPost(process.env.CLIENT_SECRET)' : 'oauth.None()'
  // The library refuses plain http unless it is told to; a site on this computer has nothing else.
  const isPlain = issuer.startsWith('http:')
  const insecure = '[oauth.allowInsecureRequests]: true'
  const last = isPlain ? `, { ${insecure} }` : ''
  const discovery = ["algorithm: 'oauth2'", ...(isPlain ? [insecure] : [])].join(', ')
  return `// npm install oauth4webapi, and save this as app.mjs beside its node_modules.
import * as oauth from 'oauth4webapi'
import { createInterface } from 'node:readline/promises'

process.on('uncaughtException', ({ message, status, error, error_description }) => {
  console.error(['No access: ' + message, status, error, error_description].filter(Boolean).join('. '))
  process.exit(1)
})

const site = new URL(${text(issuer)})
const client = { client_id: ${text(clientId)} }
const redirectUri = ${text(redirectUri)}

const found = await oauth.discoveryRequest(site, { ${discovery} })
const server = await oauth.processDiscoveryResponse(site, found)

const state = oauth.generateRandomState()
const verifier = oauth.generateRandomCodeVerifier()
const request = new URL(server.authorization_endpoint)
request.search = new URLSearchParams({
  response_type: 'code',
  client_id: client.client_id,
  redirect_uri: redirectUri,
  scope: 'read',
  state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
})
console.log('Open ' + request)
console.log('Then paste the address that you came back to:')
const lines = createInterface({ input: process.stdin })
const back = new URL(await lines.question(''))
lines.close()

const answer = oauth.validateAuthResponse(server, client, back, state)
const exchanged = await oauth.authorizationCodeGrantRequest(
  server, client, ${proof}, answer, redirectUri, verifier${last},
)
const { access_token } = await oauth.processAuthorizationCodeResponse(server, client, exchanged)
const actor = await oauth.protectedResourceRequest(
  access_token, 'GET', new URL(site.href.replace(/\\/$/, '') + '/-/actor.json'), undefined, undefined${last},
)
console.log(await actor.text())
`
}

/** A literal of Python and of JavaScript alike: addresses and ids hold nothing that the two write differently. */
const text = (value: string): string => JSON.stringify(value)
