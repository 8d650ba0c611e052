"""The network (301): sockets, HTTP clients, and other protocols. Cloud SDKs are in `cloud`, brokers and web services in
`messaging`.

A module-level function that sends (`requests.get`) is a call; a client object (`httpx.Client`) is harmless to make
and enter, and a hazard to use; what dials at once (`websockets.connect`, `smtplib.SMTP`) is both. Requests, responses,
exceptions and other values of these packages are not here.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import LINUX, SESSION, UNIX, calls, clients, connections
from holdfast_rules.hazards.hazard import Hazard

_VERBS: Final = "get post put patch delete head options request"

_SOCKETS = (
    *connections(Effect.NETWORK, "socket", "socket create_connection create_server socketpair fromfd"),
    *calls(
        Effect.NETWORK,
        "socket",
        "getaddrinfo gethostbyname gethostbyname_ex gethostbyaddr getnameinfo getservbyname getservbyport",
    ),
    *connections(Effect.NETWORK, "ssl", "SSLSocket"),
    *calls(Effect.NETWORK, "ssl", "get_server_certificate SSLContext.wrap_socket"),
    *calls(Effect.NETWORK, "select", "select"),
    *connections(Effect.NETWORK, "select", "poll", platform=UNIX),
    *connections(Effect.NETWORK, "select", "epoll", platform=LINUX),
    *connections(Effect.NETWORK, "selectors", "DefaultSelector SelectSelector"),
    *connections(Effect.NETWORK, "selectors", "PollSelector", platform=UNIX),
    *connections(Effect.NETWORK, "selectors", "EpollSelector", platform=LINUX),
    *connections(Effect.NETWORK, "socketserver", "TCPServer UDPServer ThreadingTCPServer ThreadingUDPServer"),
    *connections(Effect.NETWORK, "multiprocessing.connection", "Client Listener"),
    *calls(Effect.NETWORK, "asyncio", "open_connection start_server"),
    *calls(Effect.NETWORK, "asyncio", "open_unix_connection start_unix_server", platform=UNIX),
    *calls(
        Effect.NETWORK,
        "asyncio.AbstractEventLoop",
        "create_connection create_server create_datagram_endpoint create_unix_connection create_unix_server getaddrinfo"
        " getnameinfo sock_accept sock_connect sock_recv sock_recv_into sock_sendall sock_sendfile sendfile start_tls",
    ),
    *connections(Effect.NETWORK, "anyio", "connect_tcp connect_unix create_tcp_listener create_udp_socket"),
    *connections(Effect.NETWORK, "trio", "open_tcp_stream open_ssl_over_tcp_stream open_tcp_listeners serve_tcp"),
)

_PROTOCOLS = (
    *clients(Effect.NETWORK, "http.client", "HTTPConnection HTTPSConnection", harmless=("set_tunnel", "close")),
    *connections(Effect.NETWORK, "http.server", "HTTPServer ThreadingHTTPServer"),
    *calls(Effect.NETWORK, "urllib.request", "urlopen urlretrieve OpenerDirector.open URLopener"),
    *clients(Effect.NETWORK, "urllib.request", "build_opener", harmless=("addheaders", "add_handler")),
    *clients(
        Effect.NETWORK,
        "urllib.robotparser",
        "RobotFileParser",
        harmless=("parse", "can_fetch", "set_url", "crawl_delay", "request_rate", "site_maps", "mtime"),
    ),
    *connections(Effect.NETWORK, "", "ftplib.FTP ftplib.FTP_TLS smtplib.SMTP smtplib.SMTP_SSL smtplib.LMTP"),
    *connections(Effect.NETWORK, "", "imaplib.IMAP4 imaplib.IMAP4_SSL poplib.POP3 poplib.POP3_SSL"),
    *connections(Effect.NETWORK, "", "nntplib.NNTP telnetlib.Telnet", until=(3, 13)),
    *clients(Effect.NETWORK, "xmlrpc.client", "ServerProxy", harmless=SESSION),
    *calls(Effect.NETWORK, "wsgiref.simple_server", "make_server"),
    *clients(Effect.NETWORK, "logging.handlers", "SocketHandler DatagramHandler SMTPHandler HTTPHandler"),
)

_HTTP = (
    *calls(Effect.NETWORK, "requests", _VERBS),
    *clients(
        Effect.NETWORK,
        "requests",
        "Session session",
        harmless=(*SESSION, "mount", "auth", "verify", "proxies", "params", "hooks", "adapters", "prepare_request"),
    ),
    *calls(Effect.NETWORK, "httpx", f"{_VERBS} stream"),
    *clients(
        Effect.NETWORK,
        "httpx",
        "Client AsyncClient",
        harmless=(*SESSION, "base_url", "timeout", "auth", "build_request"),
    ),
    *calls(Effect.NETWORK, "aiohttp", "request"),
    *clients(Effect.NETWORK, "aiohttp", "ClientSession TCPConnector UnixConnector", harmless=(*SESSION, "closed")),
    *calls(Effect.NETWORK, "urllib3", "request"),
    *clients(
        Effect.NETWORK,
        "urllib3",
        "PoolManager ProxyManager HTTPConnectionPool HTTPSConnectionPool",
        harmless=(*SESSION, "clear"),
    ),
    *calls(Effect.NETWORK, "treq", _VERBS),
    *clients(Effect.NETWORK, "pycurl", "Curl", harmless=("setopt", "close", "reset")),
    *clients(Effect.NETWORK, "httplib2", "Http", harmless=("add_credentials", "close")),
    *calls(Effect.NETWORK, "", " ".join(f"niquests.{v} curl_cffi.requests.{v}" for v in _VERBS.split())),
    *clients(Effect.NETWORK, "", "niquests.Session niquests.AsyncSession requests_html.HTMLSession", harmless=SESSION),
    *clients(Effect.NETWORK, "curl_cffi.requests", "Session AsyncSession", harmless=SESSION),
    *clients(
        Effect.NETWORK, "", "cloudscraper.create_scraper requests_futures.sessions.FuturesSession", harmless=SESSION
    ),
    *clients(Effect.NETWORK, "", "requests_oauthlib.OAuth1Session requests_oauthlib.OAuth2Session", harmless=SESSION),
    *clients(Effect.NETWORK, "tornado.httpclient", "AsyncHTTPClient HTTPClient", harmless=("close",)),
    *clients(Effect.NETWORK, "", "fastapi.testclient.TestClient starlette.testclient.TestClient", harmless=SESSION),
)

_OTHERS = (
    *connections(Effect.NETWORK, "websockets", "connect serve sync.client.connect asyncio.client.connect"),
    *connections(Effect.NETWORK, "websocket", "create_connection"),
    *clients(Effect.NETWORK, "websocket", "WebSocketApp WebSocket"),
    *connections(
        Effect.NETWORK,
        "grpc",
        "insecure_channel secure_channel aio.insecure_channel aio.secure_channel",
        note="what a stub calls over the channel cannot be seen, so making the channel counts",
    ),
    *connections(Effect.NETWORK, "", "paramiko.Transport asyncssh.connect asyncssh.listen telnetlib3.open_connection"),
    *clients(Effect.NETWORK, "paramiko", "SSHClient", harmless=("set_missing_host_key_policy", "close")),
    *clients(Effect.NETWORK, "fabric", "Connection SerialGroup ThreadingGroup", harmless=SESSION),
    *connections(Effect.NETWORK, "playwright", "sync_api.sync_playwright async_api.async_playwright"),
    *connections(Effect.NETWORK, "selenium.webdriver", "Chrome Firefox Edge Safari Remote"),
    *connections(Effect.NETWORK, "pyppeteer", "launch connect"),
    *connections(Effect.NETWORK, "ldap3", "Connection"),
    *clients(Effect.NETWORK, "", "gql.Client zeep.Client zeep.AsyncClient fastmcp.Client mcp.ClientSession"),
    *connections(
        Effect.NETWORK,
        "mcp.client",
        "sse.sse_client streamable_http.streamablehttp_client streamable_http.streamable_http_client websocket.websocket_client",
    ),
    *calls(Effect.NETWORK, "", "dns.resolver.resolve dns.resolver.query dns.asyncresolver.resolve whois.whois"),
    *calls(Effect.NETWORK, "", "feedparser.parse trafilatura.fetch_url yfinance.download aiosmtplib.send"),
    *clients(Effect.NETWORK, "", "yfinance.Ticker yfinance.Tickers newspaper.Article speedtest.Speedtest"),
    *clients(Effect.NETWORK, "", "aiosmtplib.SMTP imapclient.IMAPClient exchangelib.Account"),
    *calls(Effect.NETWORK, "wikipedia", "page search summary"),
    *calls(Effect.NETWORK, "django.core.mail", "send_mail send_mass_mail mail_admins mail_managers EmailMessage.send"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_SOCKETS, *_PROTOCOLS, *_HTTP, *_OTHERS)
