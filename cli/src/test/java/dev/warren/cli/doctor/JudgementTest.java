package dev.warren.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.cli.doctor.Facts.Config;
import dev.warren.cli.doctor.Facts.ConfigPeer;
import dev.warren.cli.doctor.Facts.Daemon;
import dev.warren.cli.doctor.Facts.DropRule;
import dev.warren.cli.doctor.Facts.Echo;
import dev.warren.cli.doctor.Facts.Host;
import dev.warren.cli.doctor.Facts.InnerEcho;
import dev.warren.cli.doctor.Facts.InnerRoute;
import dev.warren.cli.doctor.Facts.Link;
import dev.warren.cli.doctor.Facts.Peer;
import dev.warren.cli.doctor.Facts.Route;
import dev.warren.cli.doctor.Finding.Cause;
import dev.warren.config.InterfaceAddress;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each finding by the facts that lead to it, one changed at a time. */
class JudgementTest {
  private static final long NOW = 1_800_000_000;
  private static final String OWN = "OWN=";
  private static final Prefix THEIRS = prefix("10.7.0.2/32");
  private static final Route OUT = new Route("eth0", null, false, 1500, false);
  private static final Route IN = new Route("wg0", null, false, 1420, false);

  private @Nullable Link link =
      new Link(true, 1420, List.of(new InterfaceAddress(address("10.7.0.1"), 24)));
  private @Nullable Daemon daemon = new Daemon(OWN, 51820, 0);
  private @Nullable Config config =
      new Config(
          "wg0.conf",
          OWN,
          List.of(new InterfaceAddress(address("10.7.0.1"), 24)),
          true,
          List.of(new ConfigPeer(5, "P=", "vps.example.net:7", List.of(THEIRS))));
  private Host host = new Host(true, NOW, NOW - 60, "/var/log/wtmp", true, true, true);
  private Map<String, Long> drops = Map.of();
  private @Nullable List<DropRule> firewall = List.of();

  // The peer.
  private @Nullable String endpoint = "192.0.2.2:7";
  private @Nullable String configured = "vps.example.net:7";
  private List<String> resolved = List.of("192.0.2.2");
  private @Nullable String resolveTrouble;
  private long age = 20;
  private @Nullable Route route = OUT;
  private Echo knock = Echo.UNKNOWN;
  private Echo otherKnock = Echo.UNKNOWN;
  private Echo ping = Echo.UNKNOWN;
  private Route inside = IN;
  private @Nullable InnerEcho inner =
      new InnerEcho(address("10.7.0.2"), Echo.ANSWERED, Echo.ANSWERED, 1420);

  private Finding.Verdict judge() {
    Peer peer =
        new Peer(
            "P=",
            "vps",
            endpoint,
            configured,
            resolved,
            resolveTrouble,
            age,
            296,
            List.of(THEIRS),
            route,
            knock,
            otherKnock,
            ping,
            age >= 0 && age < 180
                ? List.of(new InnerRoute(THEIRS, THEIRS.address(), inside))
                : List.of(),
            inner);
    return judge(List.of(peer));
  }

  private Finding.Verdict judge(List<Peer> peers) {
    return Judgement.of(
        new Facts("wg0", link, daemon, "Connection refused", config, host, peers, drops, firewall));
  }

  private List<Cause> causes() {
    return judge().findings().stream().map(Finding::cause).toList();
  }

  private void assertCause(Cause cause) {
    assertEquals(List.of(cause), causes(), () -> judge().toString());
  }

  /** No handshake, and pings and knocks to its host end so. */
  private void silent(Echo ping, Echo knock, Echo otherKnock) {
    age = -1;
    this.ping = ping;
    this.knock = knock;
    this.otherKnock = otherKnock;
  }

  @Test
  void healthy() {
    assertEquals(new Finding.Verdict(List.of(), List.of()), judge());
  }

  @Test
  void theInterface() {
    link = null;
    assertCause(Cause.INTERFACE_MISSING);
    link = new Link(true, 1420, List.of());
    assertCause(Cause.NO_ADDRESS);
    link = new Link(true, 1420, List.of(new InterfaceAddress(address("fe80::1"), 64)));
    assertCause(Cause.NO_ADDRESS);
    link = new Link(true, 1420, List.of(new InterfaceAddress(address("10.7.0.9"), 24)));
    assertCause(Cause.NO_ADDRESS);
    link = new Link(false, 1420, List.of());
    assertCause(Cause.INTERFACE_DOWN);
    daemon = null;
    assertCause(Cause.DAEMON_GONE);
    host = new Host(false, NOW, NOW, "", true, true, true);
    assertEquals(List.of(), causes(), "who is not root cannot know");
    assertEquals(1, judge().notes().size());
  }

  @Test
  void whatRunsIsNotWhatIsWritten() {
    daemon = new Daemon(null, 51820, 0);
    assertCause(Cause.NO_PRIVATE_KEY);
    daemon = new Daemon("OTHER=", 51820, 0);
    assertCause(Cause.NOT_APPLIED);
    daemon = new Daemon(OWN, 51820, 0);
    assertEquals(
        List.of(Cause.NO_PEERS, Cause.NOT_APPLIED),
        judge(List.of()).findings().stream().map(Finding::cause).toList());
    config = config(new ConfigPeer(5, "P=", null, List.of(prefix("10.8.0.0/16"))));
    assertCause(Cause.NOT_APPLIED);
  }

  @Test
  void theFile() {
    config =
        config(
            new ConfigPeer(5, "P=", "vps.example.net:7", List.of(THEIRS)),
            new ConfigPeer(9, OWN, null, List.of()));
    assertEquals(List.of(Cause.OWN_KEY), causes());
    config =
        config(
            new ConfigPeer(5, "Q=", null, List.of(THEIRS)),
            new ConfigPeer(9, "P=", "vps.example.net:7", List.of(THEIRS)));
    assertEquals(List.of(Cause.OVERLAPPING_ALLOWED_IPS, Cause.NOT_APPLIED), causes());
    config = null;
    assertEquals(List.of(), causes());
    assertEquals(1, judge().notes().size());
  }

  private static Config config(ConfigPeer... peers) {
    return new Config("wg0.conf", OWN, List.of(), true, List.of(peers));
  }

  @Test
  void theWayToTheEndpoint() {
    silent(Echo.UNKNOWN, Echo.UNKNOWN, Echo.UNKNOWN);
    resolveTrouble = "Name or service not known";
    assertCause(Cause.ENDPOINT_UNRESOLVED);
    resolveTrouble = null;
    resolved = List.of("192.0.2.3");
    assertCause(Cause.ENDPOINT_MOVED);
    resolved = List.of();
    route = new Route(null, "Network is unreachable", false, 0, false);
    assertCause(Cause.NO_ROUTE_TO_ENDPOINT);
    route = new Route("lo", null, true, 65536, false);
    assertCause(Cause.ENDPOINT_IS_SELF);
    route = IN;
    assertCause(Cause.ENDPOINT_IN_TUNNEL);
    route = new Route("eth0", null, false, 1500, true);
    daemon = new Daemon(OWN, 51820, 51820);
    host = new Host(true, NOW, NOW, "", true, true, false);
    assertCause(Cause.REVERSE_PATH_FILTER);
    daemon = new Daemon(OWN, 51820, 0);
    assertCause(Cause.NO_ANSWER);
  }

  @Test
  void whatTheNetworkSays() {
    silent(Echo.UNREACHABLE, Echo.SILENT, Echo.SILENT);
    assertCause(Cause.ENDPOINT_UNREACHABLE);
    silent(Echo.ANSWERED, Echo.REFUSED, Echo.REFUSED);
    assertCause(Cause.NOBODY_LISTENS);
    silent(Echo.FORBIDDEN, Echo.SILENT, Echo.SILENT);
    assertCause(Cause.FIREWALL);
    silent(Echo.ANSWERED, Echo.SILENT, Echo.REFUSED);
    assertCause(Cause.KEY_MISMATCH);
    silent(Echo.ANSWERED, Echo.SILENT, Echo.SILENT);
    assertCause(Cause.NO_ANSWER);
    age = 181;
    assertCause(Cause.NO_ANSWER);
    drops = Map.of("invalid_response", 2L);
    assertCause(Cause.PRESHARED_KEY_MISMATCH);
  }

  @Test
  void ourFirewall() {
    silent(Echo.ANSWERED, Echo.SILENT, Echo.SILENT);
    firewall = List.of(new DropRule("nft", "udp dport 51820 drop", false));
    assertCause(Cause.FIREWALL);
    firewall = List.of(new DropRule("nft", "policy", true));
    assertCause(Cause.NO_ANSWER);
    endpoint = null;
    assertCause(Cause.FIREWALL);
    firewall = null;
    assertEquals(List.of(), causes(), "it must begin");
    assertEquals(2, judge().notes().size());
  }

  @Test
  void whatCameAndWasRefused() {
    endpoint = null;
    age = -1;
    drops = Map.of("invalid_mac1", 3L);
    assertCause(Cause.KEY_MISMATCH);
    assertTrue(judge().findings().getFirst().advice().contains(OWN));
    drops = Map.of("unknown_peer", 3L);
    assertCause(Cause.UNKNOWN_KEY);
    drops = Map.of("replayed_initiation", 3L);
    assertCause(Cause.PEER_CLOCK_BEHIND);
    age = 3;
    assertEquals(List.of(), causes(), "all is well by now");
  }

  @Test
  void theClock() {
    host = new Host(true, NOW, NOW + 86_400, "/var/log/wtmp", true, true, true);
    assertEquals(List.of(), causes(), "all is well all the same");
    silent(Echo.ANSWERED, Echo.SILENT, Echo.SILENT);
    assertEquals(List.of(Cause.CLOCK_BEHIND, Cause.NO_ANSWER), causes());
  }

  @Test
  void throughTheTunnel() {
    inside = OUT;
    assertCause(Cause.MISSING_ROUTE);
    inside = new Route(null, "Network is unreachable", false, 0, false);
    assertCause(Cause.MISSING_ROUTE);
    inside = IN;
    inner = new InnerEcho(address("10.7.0.2"), Echo.ANSWERED, Echo.SILENT, 1243);
    assertCause(Cause.MTU_BLACK_HOLE);
    assertTrue(judge().findings().getFirst().advice().contains("MTU = 1240"));
    inner = new InnerEcho(address("10.7.0.2"), Echo.SILENT, Echo.UNKNOWN, 0);
    assertEquals(List.of(), causes(), "it may not like pings");
    assertEquals(1, judge().notes().size());
  }

  @Test
  void forwarding() {
    host = new Host(true, NOW, NOW, "", false, true, true);
    assertEquals(List.of(), causes());
    config = null;
    Peer one = guest("A=", "10.7.0.3/32");
    Peer other = guest("B=", "10.7.0.4/32");
    List<Finding> findings = judge(List.of(one, other)).findings();
    assertEquals(List.of(Cause.FORWARDING_OFF), findings.stream().map(Finding::cause).toList());
    assertTrue(findings.getFirst().advice().contains("`sysctl -w net.ipv4.ip_forward=1'"));
    assertEquals(List.of(), judge(List.of(one, guest("B=", "10.8.0.0/16"))).findings());
  }

  private static Peer guest(String key, String allowed) {
    return new Peer(
        key,
        key,
        "192.0.2.9:1",
        null,
        List.of(),
        null,
        5,
        0,
        List.of(prefix(allowed)),
        OUT,
        Echo.UNKNOWN,
        Echo.UNKNOWN,
        Echo.UNKNOWN,
        List.of(),
        null);
  }

  private static Prefix prefix(String text) {
    Prefix prefix = Prefix.parse(text);
    assertNotNull(prefix);
    return prefix;
  }

  private static IpAddress address(String text) {
    IpAddress address = IpAddress.parse(text);
    assertNotNull(address);
    return address;
  }
}
