package dev.warren.cli.doctor;

import dev.warren.cli.doctor.Facts.DropRule;
import dev.warren.cli.doctor.Facts.Echo;
import dev.warren.cli.doctor.Facts.InnerEcho;
import dev.warren.cli.doctor.Facts.InnerRoute;
import dev.warren.cli.doctor.Facts.Peer;
import dev.warren.cli.doctor.Facts.Route;
import dev.warren.cli.doctor.Finding.Cause;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of the judgement that is about one peer.
 *
 * <p><b>Owner:</b> one thread.
 */
final class PeerJudgement {
  /** What a tunnel's packet gains at least: IPv4 20, UDP 8, WireGuard 32. */
  private static final int OVERHEAD_BYTES = 60;

  /** The least that IPv6 works with. */
  private static final int LEAST_MTU_BYTES = 1280;

  private final Facts facts;
  private final List<Finding> findings;
  private final List<String> notes;

  PeerJudgement(Facts facts, List<Finding> findings, List<String> notes) {
    this.facts = facts;
    this.findings = findings;
    this.notes = notes;
  }

  private void find(Peer peer, Cause cause, String what, List<String> evidence, String advice) {
    findings.add(new Finding(cause, peer.title(), what, List.copyOf(evidence), advice));
  }

  /** A peer of a tunnel that does not run: whether it could be reached. */
  void absent(Peer peer) {
    String endpoint = peer.endpoint();
    Route route = peer.route();
    if (unresolved(peer) || endpoint == null || route == null) {
      return;
    }
    if (!onTheWay(peer, endpoint, route)) {
      unreachable(peer, endpoint);
    }
  }

  /** A peer without a handshake: what is in its way, the nearest thing first. */
  void down(Peer peer) {
    if (unresolved(peer)) {
      return;
    }
    String endpoint = peer.endpoint();
    if (endpoint == null) {
      waiting(peer);
      return;
    }
    if (moved(peer, endpoint)) {
      return;
    }
    Route route = peer.route();
    if (route != null && onTheWay(peer, endpoint, route)) {
      return;
    }
    if (firewall(peer, false) || unreachable(peer, endpoint)) {
      return;
    }
    unanswered(peer, endpoint);
  }

  private boolean unresolved(Peer peer) {
    String trouble = peer.resolveTrouble();
    String configured = peer.configured();
    if (trouble == null) {
      return false;
    }
    find(
        peer,
        Cause.ENDPOINT_UNRESOLVED,
        "the name of its endpoint has no address: " + configured,
        List.of(trouble),
        "correct the name, or mend this machine's DNS (`getent hosts "
            + Judgement.host(configured)
            + "')");
    return true;
  }

  /** We cannot begin; what keeps the other side from it may be here. */
  private void waiting(Peer peer) {
    if (!firewall(peer, true)) {
      notes.add(
          peer.title()
              + ": no handshake yet, and it has no Endpoint here, so it must begin; if it"
              + " tries, `warren doctor' there says more");
    }
  }

  private boolean moved(Peer peer, String endpoint) {
    String host = Judgement.host(endpoint);
    if (peer.resolved().isEmpty() || host == null || peer.resolved().contains(host)) {
      return false;
    }
    find(
        peer,
        Cause.ENDPOINT_MOVED,
        "its name has another address by now",
        List.of(
            "the daemon sends to " + endpoint,
            peer.configured() + " is " + String.join(", ", peer.resolved())),
        "`warren wg set "
            + facts.name()
            + " peer "
            + peer.publicKey()
            + " endpoint "
            + peer.configured()
            + "'");
    return true;
  }

  private boolean onTheWay(Peer peer, String endpoint, Route route) {
    String device = route.device();
    if (device == null) {
      find(
          peer,
          Cause.NO_ROUTE_TO_ENDPOINT,
          "this machine has no route to " + endpoint,
          List.of(String.valueOf(route.trouble())),
          "connect it to a network, or add a route (`ip route')");
      return true;
    }
    if (route.local()) {
      find(
          peer,
          Cause.ENDPOINT_IS_SELF,
          "its endpoint " + endpoint + " is this machine itself",
          List.of("the kernel has that address as its own"),
          "Endpoint is where the other machine is reached");
      return true;
    }
    if (device.equals(facts.name())) {
      find(
          peer,
          Cause.ENDPOINT_IN_TUNNEL,
          "the way to its endpoint " + endpoint + " leads into the tunnel itself",
          List.of("the route to it goes by " + device),
          "take that address out of AllowedIPs, or let `warren up' make the routes, with a"
              + " firewall mark");
      return true;
    }
    Facts.Daemon daemon = facts.daemon();
    boolean marked = daemon != null && daemon.fwmark() != 0;
    if (marked && route.strictReverse() && !facts.host().sourceValidMark()) {
      find(
          peer,
          Cause.REVERSE_PATH_FILTER,
          "answers of " + endpoint + " are dropped by the reverse path filter",
          List.of(
              "rp_filter = 1 on " + device,
              "net.ipv4.conf.all.src_valid_mark = 0, and the interface has a firewall mark"),
          "let `warren up' make the default route, which takes care of it, or `sysctl -w"
              + " net.ipv4.conf."
              + device
              + ".rp_filter=2'");
      return true;
    }
    return false;
  }

  private boolean unreachable(Peer peer, String endpoint) {
    String host = Judgement.host(endpoint);
    if (peer.ping() == Echo.UNREACHABLE) {
      find(
          peer,
          Cause.ENDPOINT_UNREACHABLE,
          "its endpoint " + endpoint + " cannot be reached",
          List.of("ping " + host + " is answered with ICMP unreachable"),
          "see that the machine is on and connected, and that the address is right");
      return true;
    }
    if (peer.knock() == Echo.REFUSED) {
      find(
          peer,
          Cause.NOBODY_LISTENS,
          "nobody listens at " + endpoint,
          List.of("a datagram there is answered with ICMP port unreachable"),
          "start the tunnel there, or correct the port: its ListenPort and this Endpoint must"
              + " agree");
      return true;
    }
    if (peer.ping() == Echo.FORBIDDEN || peer.knock() == Echo.FORBIDDEN) {
      find(
          peer,
          Cause.FIREWALL,
          "a firewall on the way forbids to talk to " + endpoint,
          List.of("ICMP says: communication prohibited"),
          "let UDP to " + endpoint + " pass there");
      return true;
    }
    return false;
  }

  /** Rules of this machine that drop what the tunnel needs. */
  private boolean firewall(Peer peer, boolean passive) {
    List<DropRule> rules = facts.firewall();
    if (rules == null) {
      return false;
    }
    List<String> evidence = new ArrayList<>();
    for (DropRule rule : rules) {
      if (passive || !rule.unaskedOnly()) {
        evidence.add(rule.where() + ": " + rule.rule());
      }
    }
    if (evidence.isEmpty()) {
      return false;
    }
    Facts.Daemon daemon = facts.daemon();
    int port = daemon == null ? 0 : daemon.listenPort();
    find(
        peer,
        Cause.FIREWALL,
        "this machine's firewall drops what the tunnel needs",
        evidence,
        "let UDP port " + port + " pass, both ways");
    return true;
  }

  /** We send, and nothing comes back that says why nothing comes back. */
  private void unanswered(Peer peer, String endpoint) {
    if (facts.drops().getOrDefault("invalid_response", 0L) > 0) {
      return; // It does answer; that is said of the interface.
    }
    if (facts.config() != null && peer.configured() == null && peer.handshakeAgeSeconds() > 0) {
      notes.add(
          peer.title()
              + ": its last handshake was "
              + Judgement.seconds(peer.handshakeAgeSeconds())
              + " ago; it begins again itself when it is awake");
      return;
    }
    String watched =
        peer.sentBytes() > 0
            ? peer.sentBytes() + " bytes of handshakes were sent while I watched, no answer came"
            : "no handshake was sent while I watched";
    if (peer.knock() == Echo.SILENT && peer.otherKnock() == Echo.REFUSED) {
      find(
          peer,
          Cause.KEY_MISMATCH,
          "something listens at "
              + endpoint
              + ", but does not answer our handshakes: most"
              + " likely a key is wrong",
          List.of(
              watched,
              "datagrams to other ports there are refused, those to this one are not",
              "WireGuard is silent to keys that it does not know"),
          "compare: their public key must be "
              + peer.publicKey()
              + ", and they must know ours, "
              + ownKey()
              + "; `warren doctor' there says which");
      return;
    }
    List<String> evidence = new ArrayList<>();
    evidence.add(watched);
    switch (peer.ping()) {
      case ANSWERED -> evidence.add("its host answers to ping, so it is UDP that is lost");
      case SILENT -> evidence.add("its host does not answer to ping either");
      default -> {}
    }
    find(
        peer,
        Cause.NO_ANSWER,
        "no answer from " + endpoint,
        evidence,
        "let UDP port "
            + endpoint.substring(endpoint.lastIndexOf(':') + 1)
            + " in on the other side's firewall and router, see that the tunnel runs there and"
            + " that the address is right; `warren doctor' there says more");
  }

  private @Nullable String ownKey() {
    Facts.Daemon daemon = facts.daemon();
    return daemon == null ? null : daemon.publicKey();
  }

  /** A peer with a fresh handshake: whether packets find their way through. */
  void up(Peer peer) {
    Facts.Config config = facts.config();
    boolean unrouted = config != null && !config.routes();
    for (InnerRoute each : peer.routes()) {
      String device = each.route().device();
      if (!facts.name().equals(device)) {
        String where =
            device == null
                ? String.valueOf(each.route().trouble())
                : each.route().local() ? "it is this machine's own" : "it goes by " + device;
        if (unrouted) {
          notes.add(peer.title() + ": no route for " + each.prefix() + ", as Table = off wants it");
          continue;
        }
        find(
            peer,
            Cause.MISSING_ROUTE,
            "packets for " + each.prefix() + " do not go into the tunnel",
            List.of("the route to " + each.probed() + ": " + where),
            "`ip route add " + each.prefix() + " dev " + facts.name() + "'");
      }
    }
    InnerEcho inner = peer.inner();
    if (inner == null) {
      return;
    }
    if (inner.small() == Echo.ANSWERED && inner.full() == Echo.SILENT) {
      blackHole(peer, inner);
    } else if (inner.small() == Echo.SILENT) {
      notes.add(
          peer.title()
              + ": the handshake is fresh, but "
              + inner.address()
              + " does not answer to ping through the tunnel; a firewall there may forbid it");
    }
  }

  private void blackHole(Peer peer, InnerEcho inner) {
    Facts.Link link = facts.link();
    int mtu = link == null ? 0 : link.mtuBytes();
    List<String> evidence = new ArrayList<>();
    evidence.add("pings of " + mtu + " bytes through the tunnel are lost, small ones are answered");
    int largest = inner.largestBytes();
    if (largest > 0) {
      evidence.add("the largest that is answered has " + largest + " bytes");
    }
    Route route = peer.route();
    if (route != null && route.mtuBytes() > 0 && route.mtuBytes() < mtu + OVERHEAD_BYTES) {
      evidence.add("the way to the endpoint takes packets of " + route.mtuBytes() + " bytes");
    }
    int advised = largest > 0 ? largest / 4 * 4 : LEAST_MTU_BYTES;
    find(
        peer,
        Cause.MTU_BLACK_HOLE,
        "large packets vanish on the way",
        evidence,
        "`ip link set "
            + facts.name()
            + " mtu "
            + advised
            + "', and `MTU = "
            + advised
            + "' under [Interface], on both sides");
  }
}
