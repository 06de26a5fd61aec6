/** What `tapedeck --help` prints. */
export const HELP = `Usage: tapedeck [serve] [FILE ...] [options]
       tapedeck COMMAND ... [options]

Puts SQLite databases on the web. Without a file it serves an empty database in memory.

Commands that speak to a server (tapedeck COMMAND --help says more)
  login URL                 sign in to a Tapedeck or Datasette, with your approval in a browser
  logout, whoami            sign out; who you are there and what you may do
  get PATH                  print what is at a path of the server
  query DB SQL              run SQL that reads, and print the rows
  insert DB TABLE FILE      add the rows of a JSON or CSV file

Commands for whoever runs a server
  create-token ID           print an API token for an actor, limited to what you say
  oauth clients|grants|…    apps and what people gave them: list, end, purge, export, import
  users add NAME            give somebody an account, and a link to choose a password with

Databases
  FILE                      a SQLite database that may be changed
  -i, --immutable FILE      a database that nobody changes meanwhile (repeatable)
  --create                  create files that do not exist
  --memory                  also serve an empty database in memory

Address
  -h, --host HOST           address to listen on (127.0.0.1)
  -p, --port PORT           port to listen on, 0 for any free one (8001)
  --trusted-proxy ADDRESS   proxy, or network of proxies, that is believed where a request came from
                            (X-Forwarded-For; repeatable)
  --cors                    let pages of other sites read the answers

Configuration
  -c, --config FILE         configuration, JSON or YAML
  -m, --metadata FILE       titles and descriptions, JSON or YAML
  -s, --setting NAME VALUE  a setting such as sql_time_limit_ms, or a path into the configuration
                            such as databases.shop.allow.id (repeatable)

Who may do what
  --root                    print a link that signs you in as root, who may do everything
  --default-deny            allow nothing that the configuration does not allow

State
  --secret TEXT             what cookies and tokens are signed with; also from DATASETTE_SECRET.
                            Without it a secret is made once and kept
  --previous-secret TEXT    the secret before this one: what it signed stays good for a while;
                            also from DATASETTE_PREVIOUS_SECRET
  --previous-secret-until TIME
                            until when (2027-01-31, or 2027-01-31T12:00:00Z); without it, always
  --internal FILE           internal database; without it, one in the state directory

  --help                    print this and stop
  --version                 print the version and stop`

/** What a mistake on the command line is answered with, after the sentence about the mistake. */
export const USAGE_HINT = 'Usage: tapedeck [serve] [FILE ...] [options]. See tapedeck --help.'
