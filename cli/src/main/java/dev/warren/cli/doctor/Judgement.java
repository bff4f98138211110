package dev.warren.cli.doctor;

import dev.warren.cli.doctor.Facts.ConfigPeer;
import dev.warren.cli.doctor.Facts.Link;
import dev.warren.cli.doctor.Facts.Peer;
import dev.warren.cli.doctor.Finding.Cause;
import dev.warren.config.InterfaceAddress;
import dev.warren.packet.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From facts to findings. Knows nothing but what it is given.
 *
 * <p>Goes from the inside out, and stops where the rest would follow from what was found: without
 * an interface there is no handshake to wonder about.
 *
 * <p><b>Owner:</b> one thread.
 */
final class Judgement {
  /** A file that is this much younger than now was written by a clock that was right. */
  private static final long CLOCK_TOLERANCE_SECONDS = 120;

  private final Facts facts;
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private Judgement(Facts facts) {
    this.facts = facts;
  }

  static Finding.Verdict of(Facts facts) {
    Judgement judgement = new Judgement(facts);
    judgement.config();
    if (judgement.device()) {
      judgement.machine();
      for (Peer peer : facts.peers()) {
        if (peer.isUp()) {
          new PeerJudgement(facts, judgement.findings, judgement.notes).up(peer);
        } else {
          new PeerJudgement(facts, judgement.findings, judgement.notes).down(peer);
        }
      }
      judgement.strangers();
    } else if (facts.daemon() == null) {
      for (Peer peer : facts.peers()) {
        new PeerJudgement(facts, judgement.findings, judgement.notes).absent(peer);
      }
    }
    return new Finding.Verdict(List.copyOf(judgement.findings), List.copyOf(judgement.notes));
  }

  private void find(Cause cause, String what, List<String> evidence, String advice) {
    findings.add(new Finding(cause, null, what, evidence, advice));
  }

  // What is written.

  private void config() {
    Facts.Config config = facts.config();
    if (config == null) {
      if (facts.daemon() != null) {
        notes.add("there is no readable configuration file, so names and intentions are unknown");
      }
      return;
    }
    Map<Prefix, ConfigPeer> owners = new HashMap<>();
    for (ConfigPeer peer : config.peers()) {
      if (peer.publicKey().equals(config.publicKey())) {
        find(
            Cause.OWN_KEY,
            "a peer has this machine's own key",
            List.of(config.path() + ":" + peer.line() + ": " + peer.publicKey()),
            "give it the public key of the other machine: `wg pubkey' there prints it");
      }
      for (Prefix prefix : peer.allowedIps()) {
        ConfigPeer before = owners.put(prefix, peer);
        if (before != null && !before.publicKey().equals(peer.publicKey())) {
          find(
              Cause.OVERLAPPING_ALLOWED_IPS,
              "two peers have " + prefix + " in AllowedIPs, and only the later one gets it",
              List.of(
                  config.path() + ":" + before.line() + ": peer " + before.publicKey(),
                  config.path() + ":" + peer.line() + ": peer " + peer.publicKey()),
              "leave it with the one that has that address");
        }
      }
    }
  }

  // The interface and its daemon. False when there is no sense in going on.

  private boolean device() {
    Link link = facts.link();
    Facts.Daemon daemon = facts.daemon();
    if (link == null) {
      find(
          Cause.INTERFACE_MISSING,
          "there is no interface " + facts.name(),
          List.of("/sys/class/net has no " + facts.name()),
          "start it: `warren up " + facts.name() + "'");
      return false;
    }
    if (daemon == null) {
      String trouble = facts.trouble();
      if (!facts.host().root()) {
        notes.add("only root may ask the daemon: this is no more than a look from outside");
        return false;
      }
      find(
          Cause.DAEMON_GONE,
          "no daemon serves " + facts.name(),
          trouble == null ? List.of() : List.of(trouble),
          "take the interface away and start it again: `warren down "
              + facts.name()
              + "', `warren up "
              + facts.name()
              + "'");
      return false;
    }
    if (!link.up()) {
      find(
          Cause.INTERFACE_DOWN,
          "the interface is down",
          List.of("its flags have no UP"),
          "`ip link set " + facts.name() + " up'");
      return false;
    }
    addresses(link);
    if (daemon.publicKey() == null) {
      find(
          Cause.NO_PRIVATE_KEY,
          "the interface has no private key, so nobody can talk to it",
          List.of("the daemon tells of none"),
          "apply the configuration: " + sync());
      return false;
    }
    if (facts.peers().isEmpty()) {
      find(
          Cause.NO_PEERS,
          "the interface has no peers",
          List.of("the daemon tells of none"),
          "apply the configuration: " + sync());
    }
    applied(daemon);
    return true;
  }

  private String sync() {
    return "`warren wg syncconf " + facts.name() + " <(warren strip " + facts.name() + ")'";
  }

  private void addresses(Link link) {
    Facts.Config config = facts.config();
    List<String> missing = new ArrayList<>();
    for (InterfaceAddress wanted :
        config == null ? List.<InterfaceAddress>of() : config.addresses()) {
      boolean there = false;
      for (InterfaceAddress address : link.addresses()) {
        there |= address.address().equals(wanted.address());
      }
      if (!there) {
        missing.add(wanted.toString());
      }
    }
    boolean any = false;
    for (InterfaceAddress address : link.addresses()) {
      any |= !address.address().isLinkLocalV6();
    }
    if (!missing.isEmpty() || !any) {
      String first = missing.isEmpty() ? "ADDRESS" : missing.getFirst();
      find(
          Cause.NO_ADDRESS,
          missing.isEmpty()
              ? "the interface has no address"
              : "the interface lacks an address of its configuration",
          missing.isEmpty() ? List.of("its addresses: none") : List.copyOf(missing),
          "`ip address add " + first + " dev " + facts.name() + "'");
    }
  }

  /** Whether what is written is what runs. */
  private void applied(Facts.Daemon daemon) {
    Facts.Config config = facts.config();
    if (config == null) {
      return;
    }
    List<String> differences = new ArrayList<>();
    if (config.publicKey() != null && !config.publicKey().equals(daemon.publicKey())) {
      differences.add("the file's private key belongs to " + config.publicKey());
      differences.add("the daemon's private key belongs to " + daemon.publicKey());
    }
    for (ConfigPeer wanted : config.peers()) {
      Peer running = null;
      for (Peer peer : facts.peers()) {
        running = peer.publicKey().equals(wanted.publicKey()) ? peer : running;
      }
      if (running == null && wanted.publicKey().equals(daemon.publicKey())) {
        continue; // A daemon ignores itself; that is said elsewhere.
      }
      if (running == null) {
        differences.add(
            config.path() + ":" + wanted.line() + ": the daemon has no peer " + wanted.publicKey());
      } else if (!running.allowedIps().containsAll(wanted.allowedIps()) && !isShared(wanted)) {
        differences.add(
            config.path()
                + ":"
                + wanted.line()
                + ": the daemon has other AllowedIPs for "
                + running.title());
      }
    }
    if (!differences.isEmpty()) {
      find(
          Cause.NOT_APPLIED,
          "what runs is not what is written in " + config.path(),
          differences,
          "apply it: " + sync());
    }
  }

  /** Whether another peer of the file wants one of its prefixes; that is said elsewhere. */
  private boolean isShared(ConfigPeer peer) {
    Facts.Config config = facts.config();
    for (ConfigPeer other : config == null ? List.<ConfigPeer>of() : config.peers()) {
      for (Prefix prefix : other.allowedIps()) {
        if (!other.publicKey().equals(peer.publicKey()) && peer.allowedIps().contains(prefix)) {
          return true;
        }
      }
    }
    return false;
  }

  // The machine.

  private void machine() {
    Facts.Host host = facts.host();
    boolean someDown = false;
    int guests = 0;
    for (Peer peer : facts.peers()) {
      someDown |= !peer.isUp();
      guests += isGuest(peer) ? 1 : 0;
    }
    if (someDown && host.newestFileSeconds() - host.epochSeconds() > CLOCK_TOLERANCE_SECONDS) {
      find(
          Cause.CLOCK_BEHIND,
          "this machine's clock is behind, and peers refuse handshakes that look older than the"
              + " last",
          List.of(
              host.newestFile()
                  + " was written "
                  + seconds(host.newestFileSeconds() - host.epochSeconds())
                  + " in the future"),
          "set the clock (`timedatectl set-ntp true'), then start the interface again");
    }
    if (guests > 1) {
      forwarding(host);
    }
  }

  /** A peer with a single address of a family, which comes to us: one of a star around us. */
  private boolean isGuest(Peer peer) {
    Facts.Config config = facts.config();
    boolean comes = config == null || peer.configured() == null;
    for (Prefix prefix : peer.allowedIps()) {
      comes &= prefix.length() == prefix.address().bits();
    }
    return comes && !peer.allowedIps().isEmpty();
  }

  private void forwarding(Facts.Host host) {
    boolean v4 = false;
    boolean v6 = false;
    for (Peer peer : facts.peers()) {
      for (Prefix prefix : peer.allowedIps()) {
        v4 |= !prefix.isV6();
        v6 |= prefix.isV6();
      }
    }
    List<String> off = new ArrayList<>();
    if (v4 && !host.forwarding4()) {
      off.add("net.ipv4.ip_forward");
    }
    if (v6 && !host.forwarding6()) {
      off.add("net.ipv6.conf.all.forwarding");
    }
    if (!off.isEmpty()) {
      List<String> evidence = new ArrayList<>();
      off.forEach(setting -> evidence.add(setting + " = 0"));
      find(
          Cause.FORWARDING_OFF,
          "the peers meet here, and this machine does not forward between them",
          evidence,
          "`sysctl -w " + String.join("=1 ", off) + "=1', and the same in /etc/sysctl.d");
    }
  }

  // What came and was refused. It cannot be told who sent it, which is the point of WireGuard.

  private void strangers() {
    boolean someDown = facts.peers().isEmpty();
    for (Peer peer : facts.peers()) {
      someDown |= !peer.isUp();
    }
    if (!someDown) {
      return;
    }
    if (facts.firewall() == null) {
      notes.add("the rules of the firewall could not be listed: `nft list ruleset' does not work");
    }
    Facts.Daemon daemon = facts.daemon();
    String ownKey = daemon == null ? "" : String.valueOf(daemon.publicKey());
    refused(
        "invalid_mac1",
        Cause.KEY_MISMATCH,
        "somebody sends handshakes that are made for another public key than this machine's",
        "their [Peer] section for this machine must say: PublicKey = " + ownKey);
    refused(
        "unknown_peer",
        Cause.UNKNOWN_KEY,
        "somebody sends handshakes with a key that is no peer's here",
        "compare their public key (`wg show' there) with the PublicKey lines here");
    refused(
        "replayed_initiation",
        Cause.PEER_CLOCK_BEHIND,
        "a peer sends handshakes that are older than its last: its clock is behind",
        "set the clock there; if it cannot be, take the peer away here and add it again");
    refused(
        "invalid_response",
        Cause.PRESHARED_KEY_MISMATCH,
        "a peer answers handshakes, but its answers cannot be decrypted",
        "PresharedKey must be the same on both sides, or on neither");
  }

  private void refused(String reason, Cause cause, String what, String advice) {
    long count = facts.drops().getOrDefault(reason, 0L);
    if (count > 0) {
      find(cause, what, List.of("the daemon counts " + count + " under " + reason), advice);
    }
  }

  static String seconds(long seconds) {
    if (seconds < 120) {
      return seconds + " seconds";
    }
    if (seconds < 7200) {
      return seconds / 60 + " minutes";
    }
    return seconds < 172_800 ? seconds / 3600 + " hours" : seconds / 86_400 + " days";
  }

  static @Nullable String host(@Nullable String endpoint) {
    int colon = endpoint == null ? -1 : endpoint.lastIndexOf(':');
    if (endpoint == null || colon < 0) {
      return null;
    }
    String host = endpoint.substring(0, colon);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
