package dev.warren.config.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Configuration;
import dev.warren.config.Grammar;
import dev.warren.config.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProxyParserTest {
  private static final String KEY = "AQIDBAUGBwgBAgMEBQYHCAECAwQFBgcIAQIDBAUGBwg=";
  private static final String TUNNEL =
      """
      [Interface]
      Address = 10.2.0.2/32
      PrivateKey = KEY
      DNS = 10.2.0.1

      [Peer]
      PublicKey = KEY
      Endpoint = my.example.com:51820
      """
          .replace("KEY", KEY);

  private static ProxyResult parse(String text, Map<String, String> environment) {
    return ProxyParser.parse(text, environment, service -> -1);
  }

  private static ProxyFile good(String text) {
    return good(text, Map.of());
  }

  private static ProxyFile good(String text, Map<String, String> environment) {
    ProxyResult result = parse(text, environment);
    return assertInstanceOf(ProxyResult.Good.class, result, result::toString).file();
  }

  private static List<String> problems(String text) {
    return switch (parse(text, Map.of())) {
      case ProxyResult.Bad bad -> bad.problems().stream().map(Problem::toString).toList();
      case ProxyResult.Good good -> good.warnings().stream().map(Problem::toString).toList();
    };
  }

  private static Configuration tunnel(ProxyFile file) {
    ConfigResult result = ConfigParser.parse(file.tunnelText(), Grammar.WG_QUICK, service -> -1);
    return assertInstanceOf(ConfigResult.Good.class, result, result::toString).configuration();
  }

  @Test
  void everySection() {
    ProxyFile file =
        good(
            TUNNEL
                + """
                # a comment
                [TCPClientTunnel]
                BindAddress = 127.0.0.1:25565
                Target = play.example.net:25565

                [TCPServerTunnel]
                ListenPort = 3422
                Target = localhost:25545
                [STDIOTunnel]
                Target = ssh.example.net:22
                [Socks5]
                BindAddress = 127.0.0.1:25344
                Username = me
                Password = `a#b;c`
                [http]
                BindAddress = [::1]:25345
                #Username = ...
                [SNI]
                BindAddress = 0.0.0.0:443
                [UDPProxyTunnel]
                BindAddress = 127.0.0.1:53
                Target = 1.1.1.1:53
                InactivityTimeout = 30 # If it is 0, never
                [UDPServerTunnel]
                ListenPort = 53
                Target = [::1]:53
                [Resolve]
                ResolveStrategy = ipv4
                """);
    assertEquals(
        "[TcpClient[line=10, bind=127.0.0.1:25565, target=play.example.net:25565],"
            + " TcpServer[line=14, port=3422, target=localhost:25545],"
            + " Stdio[line=17, target=ssh.example.net:22],"
            + " Socks[line=19, bind=127.0.0.1:25344, credentials=(hidden)],"
            + " Http[line=23, bind=[::1]:25345, credentials=null],"
            + " Sni[line=26, bind=0.0.0.0:443],"
            + " UdpClient[line=28, bind=127.0.0.1:53, target=1.1.1.1:53, inactivitySeconds=30],"
            + " UdpServer[line=32, port=53, target=[::1]:53, inactivitySeconds=0]]",
        file.services().toString());
    assertEquals(Preference.IPV4, file.preference());
    var socks = assertInstanceOf(ProxyService.Socks.class, file.services().get(3));
    assertNotNull(socks.credentials());
    assertTrue(socks.credentials().matches(bytes("me"), bytes("a#b;c")));
    assertFalse(socks.credentials().matches(bytes("me"), bytes("a")));
    assertFalse(socks.credentials().matches(bytes("you"), bytes("a#b;c")));
    try (Configuration configuration = tunnel(file)) {
      assertEquals("[0.0.0.0/0, ::/0]", prefixes(configuration));
      assertEquals("[10.2.0.1]", configuration.device().dns().toString());
    }
  }

  private static String prefixes(Configuration configuration) {
    return configuration.peers().getFirst().allowedIps().stream()
        .map(each -> each.prefix().toString())
        .toList()
        .toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void environmentVariables() {
    ProxyFile file =
        good(
            """
            [Interface]
            Address = $ADDRESS
            PrivateKey = $KEY
            [Peer]
            PublicKey = "%s" ; theirs
            AllowedIPs: 10.0.0.0/8
            [Socks5]
            BindAddress = $BIND
            Username = $$me
            Password = $WORD
            """
                .formatted(KEY),
            Map.of("ADDRESS", "10.0.0.2/32", "KEY", KEY, "BIND", ":1080", "WORD", "a b"));
    try (Configuration configuration = tunnel(file)) {
      assertEquals("[10.0.0.0/8]", prefixes(configuration));
      assertEquals(1, configuration.device().addresses().size());
    }
    var socks = assertInstanceOf(ProxyService.Socks.class, file.services().getFirst());
    assertEquals(new HostPort("", 1080), socks.bind());
    assertNotNull(socks.credentials());
    assertTrue(socks.credentials().matches(bytes("$me"), bytes("a b")));
  }

  @Test
  void anUnsetPasswordIsNoOpenDoor() {
    assertEquals(
        List.of(
            "11:12: the environment variable is not set; expected one that is,"
                + " or $$ for a dollar sign"),
        problems(TUNNEL + "[Socks5]\nBindAddress = 127.0.0.1:1\nPassword = $NO_SUCH\n"));
    assertEquals(
        List.of("11:12: a Password without a Username; expected both, or neither"),
        problems(TUNNEL + "[Socks5]\nBindAddress = 127.0.0.1:1\nPassword = x\n"));
    assertEquals(
        List.of("11:12: empty; expected a Username and a Password"),
        problems(TUNNEL + "[http]\nBindAddress = 127.0.0.1:1\nUsername = \n"));
    ProxyResult breaking =
        parse(
            TUNNEL.replace("PrivateKey = " + KEY, "PrivateKey = $KEY"),
            Map.of("KEY", KEY + "\nPostUp = true"));
    assertInstanceOf(ProxyResult.Bad.class, breaking);
  }

  @Test
  void placesOfProblems() {
    assertEquals(
        List.of(
            "9:1: no such section; expected [Interface], [Peer], [Socks5], [http], [SNI],"
                + " [TCPClientTunnel], [TCPServerTunnel], [UDPProxyTunnel], [UDPServerTunnel],"
                + " [STDIOTunnel] or [Resolve]"),
        problems(TUNNEL + "[Sock5]\nBindAddress = x\n"));
    assertEquals(
        List.of(
            "9:1: [Socks5] without BindAddress; expected BindAddress = HOST:PORT or [IPV6]:PORT",
            "10:1: no such setting in [Socks5]; expected BindAddress, Username, Password"),
        problems(TUNNEL + "[Socks5]\nBind = 127.0.0.1:1\n"));
    assertEquals(
        List.of(
            "10:15: not an address with a port; expected HOST:PORT or [IPV6]:PORT of this"
                + " machine"),
        problems(TUNNEL + "[http]\nBindAddress = 127.0.0.1\n"));
    assertEquals(
        List.of(
            "10:14: not a port; expected a number from 1 to 65535",
            "11:10: not a host with a port; expected HOST:PORT or [IPV6]:PORT"),
        problems(TUNNEL + "[TCPServerTunnel]\nListenPort = 70000\nTarget = :22\n"));
    assertEquals(
        List.of("11:1: given twice in [STDIOTunnel]; expected one target"),
        problems(TUNNEL + "[stdiotunnel]\nTARGET=a:1\ntarget=b:2\n"));
    // wg-quick's parser sees each line where it was.
    assertEquals(
        List.of(
            "5:3: no such setting in [Peer]: Bogus; expected PublicKey, PresharedKey, AllowedIPs,"
                + " Endpoint or PersistentKeepalive"),
        problems("[Socks5]\nBindAddress=[::1]:1\n[Peer]\nPublicKey=" + KEY + "\n  Bogus = 1\n"));
    assertEquals(
        List.of(
            "11:12: a backslash at the end; expected a value on one line, in backquotes if it ends"
                + " so"),
        problems(TUNNEL + "[http]\nBindAddress = [::1]:1\nPassword = x\\\n"));
  }

  @Test
  void strangersAreWarnedOf() {
    assertEquals(
        List.of("9:1: [http] without Username serves everybody who reaches 0.0.0.0:8080"),
        problems(TUNNEL + "[http]\nBindAddress = 0.0.0.0:8080\n"));
    assertEquals(List.of(), problems(TUNNEL + "[http]\nBindAddress = localhost:8080\n"));
  }

  @Test
  void anIncludedFile() {
    ProxyFile main = good("WGConfig = \"./wg0.conf\"\n[Socks5]\nBindAddress = 127.0.0.1:1\n");
    assertEquals("./wg0.conf", main.include());
    ProxyFile both = main.withTunnelOf(good(TUNNEL.replace("DNS =", "CheckAlive =")));
    assertNull(both.include());
    assertEquals(1, both.services().size());
    assertEquals("[10.2.0.1]", both.alive().addresses().toString());
    assertEquals(5, both.alive().intervalSeconds());
    tunnel(both).close();
    assertEquals(
        List.of("2:1: ignored: WGConfig names another file"),
        problems("WGConfig = /etc/x\n[Interface]\n"));
  }

  @Test
  void checkAlive() {
    ProxyFile file =
        good(
            TUNNEL.replace(
                "DNS = 10.2.0.1", "CheckAlive = 1.1.1.1, fd00::3\nCheckAliveInterval = 3"));
    assertEquals("[1.1.1.1, fd00::3]", file.alive().addresses().toString());
    assertEquals(3, file.alive().intervalSeconds());
    assertEquals(
        List.of("4:1: CheckAliveInterval without CheckAlive; expected whom to ping"),
        problems(TUNNEL.replace("DNS = 10.2.0.1", "CheckAliveInterval = 3")));
  }

  @Test
  void severalPeersSayTheirPrefixes() {
    ProxyFile file = good(TUNNEL + "[Peer]\nPublicKey = " + KEY.replace('A', 'B') + "\n");
    try (Configuration configuration = tunnel(file)) {
      assertEquals("[]", prefixes(configuration));
    }
  }

  /** Whatever the text, there is an answer, and no problem has a key or a password in it. */
  @Test
  void anyText() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> parts =
        List.of(
            "[Interface]\n",
            "[Peer]\n",
            "[Socks5]\n",
            "[http]\n",
            "[TCPServerTunnel]\n",
            "[UDPProxyTunnel]\n",
            "[Resolve]\n",
            "BindAddress = 127.0.0.1:1\n",
            "Target = [::1]:2",
            "Password = hunter2\n",
            "Password=`hunter2",
            "Username = $HOME\n",
            "$",
            "`",
            "\"\"\"",
            "'",
            "\"",
            "\\\n",
            "\n",
            "\r\n",
            " ",
            "=",
            ":",
            "#",
            ";",
            "\0",
            "\u2003",
            "PrivateKey = " + KEY + "\n",
            "PublicKey = " + KEY + "\n",
            "CheckAlive = 1.1.1.1,",
            "CheckAliveInterval = 9",
            "WGConfig = x\n",
            "InactivityTimeout = 1",
            "ListenPort = 1");
    for (int run = 0; run < 20_000; run++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(14); i >= 0; i--) {
        text.append(parts.get(random.nextInt(parts.size())));
      }
      ProxyResult result = parse(text.toString(), Map.of("HOME", "/"));
      List<Problem> said =
          result instanceof ProxyResult.Bad bad ? bad.problems() : List.<Problem>of();
      int lines = text.toString().split("\n", -1).length;
      for (Problem problem : said) {
        assertTrue(problem.line() >= 1 && problem.line() <= lines, () -> seed + ": " + text);
        assertTrue(problem.column() >= 1, () -> seed + ": " + text);
        assertFalse(problem.toString().contains("hunter2"), () -> seed + ": " + text);
        assertFalse(problem.toString().contains(KEY), () -> seed + ": " + text);
      }
      assertFalse(result.toString().contains("hunter2"), () -> seed + ": " + text);
    }
  }
}
