package dev.warren.cli.doctor;

import dev.warren.cli.doctor.Facts.Echo;
import dev.warren.cli.doctor.Facts.InnerEcho;
import dev.warren.cli.doctor.Facts.Link;
import dev.warren.cli.doctor.Facts.Peer;
import dev.warren.cli.doctor.Facts.Route;
import dev.warren.cli.program.BriefProgram;
import dev.warren.cli.uapi.Drops;
import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import dev.warren.cli.uapi.UapiException;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.cli.view.Condition;
import dev.warren.cli.view.InterfaceFlags;
import dev.warren.config.InterfaceAddress;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the facts of one tunnel: asks the daemon, gives peers without a handshake a reason to
 * begin one, watches for some seconds, and puts single questions to the network meanwhile.
 *
 * <p><b>Owner:</b> one thread, which has others ask for it.
 */
final class Examination {
  /** A handshake is tried again after five seconds and a third; so one is seen. */
  private static final long WATCH_NANOS = 6_500_000_000L;

  private static final long LOOK_MILLIS = 250;
  private static final int MAX_ASKED_AT_ONCE = 8;

  /** Files that every system writes now and then, by its clock. */
  private static final List<String> DATED_FILES =
      List.of(
          "/var/lib/systemd/timesync/clock",
          "/var/lib/systemd/random-seed",
          "/var/lib/chrony",
          "/var/log/wtmp",
          "/etc/ld.so.cache",
          "/etc/resolv.conf");

  private final UapiSockets sockets;
  private final String name;
  private final @Nullable Path file;
  private final ConfigFile config;
  private final Map<String, String> names;

  Examination(
      UapiSockets sockets,
      String name,
      @Nullable Path file,
      ConfigFile config,
      Map<String, String> names) {
    this.sockets = sockets;
    this.name = name;
    this.file = file;
    this.config = config;
    this.names = names;
  }

  Facts facts() throws InterruptedException {
    boolean root = isRoot();
    Link link = link();
    InterfaceState before = null;
    String trouble = null;
    try {
      before = sockets.get(name);
    } catch (UapiException e) {
      trouble = e.reason();
    }
    if (before == null || link == null || !link.up()) {
      List<Peer> peers = before == null ? absent() : List.of();
      return new Facts(
          name, link, daemon(before), trouble, config.config(), host(root), peers, Map.of(), null);
    }
    Link wholeLink = link;
    List<Outside> outsides;
    InterfaceState after;
    try (ExecutorService asking = Executors.newFixedThreadPool(MAX_ASKED_AT_ONCE)) {
      List<Future<Outside>> asked = new ArrayList<>();
      for (PeerState peer : before.peers()) {
        boolean fresh = isFresh(peer);
        int fwmark = before.fwmark();
        asked.add(asking.submit(() -> outside(peer, fresh, fwmark)));
      }
      after = watch(before);
      outsides = all(asked);
    }
    List<Prefix> own = new ArrayList<>();
    for (PeerState peer : after.peers()) {
      own.addAll(prefixes(peer));
    }
    List<Callable<Peer>> insides = new ArrayList<>();
    for (int i = 0; i < after.peers().size(); i++) {
      PeerState now = after.peers().get(i);
      PeerState then = find(before, now);
      Outside outside = i < outsides.size() ? outsides.get(i) : null;
      if (outside != null && outside.publicKey.equals(now.publicKey())) {
        insides.add(() -> inside(then, now, outside, wholeLink, own));
      }
    }
    List<Peer> peers;
    try (ExecutorService asking = Executors.newFixedThreadPool(MAX_ASKED_AT_ONCE)) {
      peers = all(asking.invokeAll(insides));
    }
    return new Facts(
        name,
        link,
        daemon(after),
        null,
        config.config(),
        host(root),
        peers,
        drops(),
        root ? firewall(after) : null);
  }

  /** What can be asked from outside the tunnel. */
  private record Outside(
      String publicKey,
      List<String> resolved,
      @Nullable String resolveTrouble,
      @Nullable Route route,
      Echo knock,
      Echo otherKnock,
      Echo ping) {}

  private Outside outside(PeerState peer, boolean fresh, int fwmark) {
    String key = peer.publicKey();
    Facts.ConfigPeer written = written(key);
    String configured = written == null ? null : written.endpoint();
    String host = Judgement.host(configured);
    StringBuilder trouble = new StringBuilder();
    List<String> resolved = List.of();
    // A number needs no resolver, and a peer may have moved since it was written.
    if (host != null && IpAddress.parse(host) == null && !fresh) {
      resolved = Probes.resolve(host, trouble);
    }
    String endpoint = peer.endpoint();
    String address = Judgement.host(endpoint);
    Route route = address == null ? null : Probes.route(address, fwmark);
    Echo knock = Echo.UNKNOWN;
    Echo otherKnock = Echo.UNKNOWN;
    Echo ping = Echo.UNKNOWN;
    if (!fresh && address != null && endpoint != null && route != null && route.device() != null) {
      provoke(peer);
      ping = Probes.ping(address, fwmark);
      Route unmarked = fwmark == 0 ? route : Probes.route(address, 0);
      // A datagram of ours has no mark: where that matters it would go into the tunnel.
      if (unmarked != null && !name.equals(unmarked.device())) {
        knock = Probes.knock(address, port(endpoint));
        otherKnock = Probes.knockElsewhere(address);
      }
    }
    return new Outside(
        key,
        resolved,
        trouble.isEmpty() ? null : trouble.toString(),
        route,
        knock,
        otherKnock,
        ping);
  }

  /** Peers that are written and not running: whether their endpoints could be reached. */
  private List<Peer> absent() throws InterruptedException {
    Facts.Config known = config.config();
    List<Callable<Peer>> asking = new ArrayList<>();
    for (Facts.ConfigPeer peer : known == null ? List.<Facts.ConfigPeer>of() : known.peers()) {
      asking.add(() -> absent(peer));
    }
    try (ExecutorService asked = Executors.newFixedThreadPool(MAX_ASKED_AT_ONCE)) {
      return all(asked.invokeAll(asking));
    }
  }

  private Peer absent(Facts.ConfigPeer written) {
    String host = Judgement.host(written.endpoint());
    StringBuilder trouble = new StringBuilder();
    List<String> resolved = host == null ? List.of() : Probes.resolve(host, trouble);
    String address = resolved.isEmpty() ? null : resolved.getFirst();
    Route route = address == null ? null : Probes.route(address, 0);
    boolean reached = address != null && route != null && route.device() != null;
    int port = written.endpoint() == null ? -1 : port(written.endpoint());
    String called = names.get(written.publicKey());
    return new Peer(
        written.publicKey(),
        called == null ? written.publicKey() : called,
        address == null
            ? null
            : (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port,
        written.endpoint(),
        resolved,
        trouble.isEmpty() ? null : trouble.toString(),
        -1,
        0,
        written.allowedIps(),
        route,
        reached && port > 0 ? Probes.knock(String.valueOf(address), port) : Echo.UNKNOWN,
        Echo.UNKNOWN,
        reached ? Probes.ping(String.valueOf(address), 0) : Echo.UNKNOWN,
        List.of(),
        null);
  }

  private void provoke(PeerState peer) {
    for (Prefix prefix : prefixes(peer)) {
      IpAddress address = Probes.sample(prefix, List.of());
      if (address != null) {
        Probes.provoke(name, address);
        return;
      }
    }
  }

  /** Waits until every peer that can be reached has a fresh handshake, or for long enough. */
  private InterfaceState watch(InterfaceState before) throws InterruptedException {
    long start = System.nanoTime();
    InterfaceState state = before;
    while (System.nanoTime() - start < WATCH_NANOS) {
      boolean waiting = false;
      for (PeerState peer : state.peers()) {
        waiting |= peer.endpoint() != null && !isFresh(peer);
      }
      if (!waiting) {
        break;
      }
      if (new CountDownLatch(1).await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("nobody counts that down");
      }
      try {
        state = sockets.get(name);
      } catch (UapiException e) {
        break; // It went away meanwhile; what it said last is judged.
      }
    }
    return state;
  }

  private Peer inside(
      @Nullable PeerState then, PeerState now, Outside outside, Link link, List<Prefix> taken) {
    Facts.ConfigPeer written = written(now.publicKey());
    long age = now.handshakeSeconds() == 0 ? -1 : Math.max(0, seconds() - now.handshakeSeconds());
    List<Prefix> prefixes = prefixes(now);
    boolean up = isFresh(now);
    String called = names.get(now.publicKey());
    return new Peer(
        now.publicKey(),
        called == null ? now.publicKey() : called,
        now.endpoint(),
        written == null ? null : written.endpoint(),
        outside.resolved,
        outside.resolveTrouble,
        age,
        then == null ? 0 : now.txBytes() - then.txBytes(),
        prefixes,
        outside.route,
        outside.knock,
        outside.otherKnock,
        outside.ping,
        up ? Probes.innerRoutes(prefixes, taken) : List.of(),
        up ? ping(prefixes, link) : null);
  }

  /**
   * Pings the first of a peer's addresses that is known: a single one, else the network's first.
   */
  private @Nullable InnerEcho ping(List<Prefix> prefixes, Link link) {
    IpAddress address = null;
    for (Prefix prefix : prefixes) {
      boolean single = prefix.length() == prefix.address().bits();
      if (single && isReachable(prefix.address(), link)) {
        address = prefix.address();
        break;
      }
    }
    for (int i = 0; i < prefixes.size() && address == null; i++) {
      Prefix prefix = prefixes.get(i);
      List<Prefix> own = new ArrayList<>();
      link.addresses().forEach(each -> own.add(Prefix.of(each.address())));
      IpAddress sample = prefix.length() < 8 ? null : Probes.sample(prefix, own);
      address = sample != null && isReachable(sample, link) ? sample : null;
    }
    return address == null ? null : Probes.inner(name, address, link.mtuBytes());
  }

  /** Whether the interface has an address to ping from. */
  private static boolean isReachable(IpAddress address, Link link) {
    boolean family = false;
    for (InterfaceAddress own : link.addresses()) {
      if (own.address().equals(address)) {
        return false;
      }
      family |= own.address().isV6() == address.isV6() && !own.address().isLinkLocalV6();
    }
    return family;
  }

  private Facts.@Nullable ConfigPeer written(String publicKey) {
    Facts.Config known = config.config();
    Facts.ConfigPeer found = null;
    for (Facts.ConfigPeer peer : known == null ? List.<Facts.ConfigPeer>of() : known.peers()) {
      found = peer.publicKey().equals(publicKey) ? peer : found;
    }
    return found;
  }

  private Map<String, Long> drops() {
    try {
      return Drops.of(sockets, name);
    } catch (UapiException e) {
      return Map.of();
    }
  }

  private static @Nullable List<Facts.DropRule> firewall(InterfaceState state) {
    BriefProgram.Output rules = Commands.run("nft", "list", "ruleset");
    if (rules == null || rules.exitStatus() != 0) {
      return null;
    }
    TreeSet<Integer> ports = new TreeSet<>();
    for (PeerState peer : state.peers()) {
      String endpoint = peer.endpoint();
      if (endpoint != null && !isFresh(peer)) {
        ports.add(port(endpoint));
      }
    }
    return Ruleset.read(rules.text(), state.listenPort(), ports);
  }

  private @Nullable Link link() {
    String folder = "/sys/class/net/" + name;
    int flags = InterfaceFlags.parse(Probes.read(folder + "/flags"));
    if (name.isEmpty() || name.indexOf('/') >= 0 || flags == InterfaceFlags.NONE) {
      return null;
    }
    BriefProgram.Output shown = Commands.run("ip", "-o", "address", "show", "dev", name);
    return new Link(
        InterfaceFlags.isUp(flags),
        Probes.number(folder + "/mtu"),
        shown == null ? List.of() : Outputs.addresses(shown.text()));
  }

  private Facts.Host host(boolean root) {
    long newest = 0;
    String newestFile = "";
    List<String> files = new ArrayList<>(DATED_FILES);
    if (file != null) {
      files.add(file.toString());
    }
    for (String each : files) {
      try {
        long written = Files.getLastModifiedTime(Path.of(each)).to(TimeUnit.SECONDS);
        if (written > newest) {
          newest = written;
          newestFile = each;
        }
      } catch (IOException e) {
        // It is not there.
      }
    }
    return new Facts.Host(
        root,
        seconds(),
        newest,
        newestFile,
        Probes.number("/proc/sys/net/ipv4/ip_forward") != 0,
        Probes.number("/proc/sys/net/ipv6/conf/all/forwarding") != 0,
        Probes.number("/proc/sys/net/ipv4/conf/all/src_valid_mark") != 0);
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException e) {
      return false;
    }
  }

  private static Facts.@Nullable Daemon daemon(@Nullable InterfaceState state) {
    return state == null
        ? null
        : new Facts.Daemon(state.publicKey(), state.listenPort(), state.fwmark());
  }

  private static @Nullable PeerState find(InterfaceState state, PeerState peer) {
    PeerState found = null;
    for (PeerState each : state.peers()) {
      found = each.publicKey().equals(peer.publicKey()) ? each : found;
    }
    return found;
  }

  private static List<Prefix> prefixes(PeerState peer) {
    List<Prefix> prefixes = new ArrayList<>();
    for (String text : peer.allowedIps()) {
      Prefix prefix = Prefix.parse(text);
      if (prefix != null) {
        prefixes.add(prefix);
      }
    }
    return prefixes;
  }

  private static boolean isFresh(PeerState peer) {
    long age = seconds() - peer.handshakeSeconds();
    return peer.handshakeSeconds() != 0 && age < Condition.REJECT_AFTER_TIME_SECONDS;
  }

  private static int port(String endpoint) {
    try {
      return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    } catch (NumberFormatException e) {
      return -1; // The name of a service, in a file.
    }
  }

  private static long seconds() {
    return System.currentTimeMillis() / 1000;
  }

  private static <T> List<T> all(List<Future<T>> asked) throws InterruptedException {
    List<T> answers = new ArrayList<>();
    for (Future<T> each : asked) {
      try {
        answers.add(each.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    return answers;
  }
}
