package dev.warren.cli.doctor;

import dev.warren.cli.view.Condition;
import dev.warren.config.InterfaceAddress;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that was found out about one tunnel.
 *
 * @param name the interface, or the name that it would have
 * @param link the network interface, or null when there is none
 * @param daemon the program behind it, or null when none answers
 * @param trouble why none answers, or null
 * @param config its configuration file, or null when there is none to read
 * @param host the machine as a whole
 * @param peers the peers of the daemon, or without one those of the file
 * @param drops what the daemon dropped, by reason
 * @param firewall rules that drop, or null when they could not be listed
 */
record Facts(
    String name,
    @Nullable Link link,
    @Nullable Daemon daemon,
    @Nullable String trouble,
    @Nullable Config config,
    Host host,
    List<Peer> peers,
    Map<String, Long> drops,
    @Nullable List<DropRule> firewall) {

  /** A network interface: its addresses with the length of their network. */
  record Link(boolean up, int mtuBytes, List<InterfaceAddress> addresses) {}

  /** The program behind the interface. */
  record Daemon(@Nullable String publicKey, int listenPort, int fwmark) {}

  /**
   * A configuration file that can be parsed.
   *
   * @param publicKey of its private key, or null
   * @param routes whether {@code wg-quick} is to make routes
   */
  record Config(
      String path,
      @Nullable String publicKey,
      List<InterfaceAddress> addresses,
      boolean routes,
      List<ConfigPeer> peers) {}

  /** One {@code [Peer]} of a file; {@code endpoint} is {@code host:port}, or null. */
  record ConfigPeer(
      int line, String publicKey, @Nullable String endpoint, List<Prefix> allowedIps) {}

  /**
   * The machine.
   *
   * @param root whether we are root
   * @param epochSeconds its clock
   * @param newestFileSeconds the latest time that a file of the system was written
   * @param newestFile which that is
   * @param forwarding4 net.ipv4.ip_forward
   * @param forwarding6 net.ipv6.conf.all.forwarding
   * @param sourceValidMark net.ipv4.conf.all.src_valid_mark
   */
  record Host(
      boolean root,
      long epochSeconds,
      long newestFileSeconds,
      String newestFile,
      boolean forwarding4,
      boolean forwarding6,
      boolean sourceValidMark) {}

  /** What became of a single datagram or ping. */
  enum Echo {
    /** Not tried, or not possible. */
    UNKNOWN,
    ANSWERED,
    /** Nothing came back. */
    SILENT,
    /** ICMP says that nobody listens on that port. */
    REFUSED,
    /** ICMP says that the host or network cannot be reached. */
    UNREACHABLE,
    /** ICMP says that a firewall forbids it. */
    FORBIDDEN
  }

  /**
   * A route as the kernel would take it.
   *
   * @param device the interface, or null when there is no route
   * @param trouble the kernel's words when there is none
   * @param local whether the address is this machine's own
   * @param mtuBytes of the way, as far as is known; 0 when not
   * @param strictReverse whether rp_filter is strict on the device
   */
  record Route(
      @Nullable String device,
      @Nullable String trouble,
      boolean local,
      int mtuBytes,
      boolean strictReverse) {}

  /** Where packets for a prefix go. */
  record InnerRoute(Prefix prefix, IpAddress probed, Route route) {}

  /**
   * Pings through the tunnel.
   *
   * @param small a small one
   * @param full one as large as the interface allows
   * @param largestBytes the largest that was answered, IP header included; 0 when not looked for
   */
  record InnerEcho(IpAddress address, Echo small, Echo full, int largestBytes) {}

  /**
   * One peer.
   *
   * @param title what to call it
   * @param endpoint {@code address:port} that the daemon sends to, or null
   * @param configured {@code host:port} of the file, or null
   * @param resolved addresses of a configured name; empty when it was not looked up
   * @param resolveTrouble why the name has no address, or null
   * @param handshakeAgeSeconds after the probes; negative for never
   * @param sentBytes while we watched
   * @param route to the endpoint, or null
   * @param knock a datagram to the endpoint
   * @param otherKnock one to another port of the same host, where nobody should listen
   * @param ping to the endpoint's host
   * @param inner pings through the tunnel, or null where it is not known whom to ping
   */
  record Peer(
      String publicKey,
      String title,
      @Nullable String endpoint,
      @Nullable String configured,
      List<String> resolved,
      @Nullable String resolveTrouble,
      long handshakeAgeSeconds,
      long sentBytes,
      List<Prefix> allowedIps,
      @Nullable Route route,
      Echo knock,
      Echo otherKnock,
      Echo ping,
      List<InnerRoute> routes,
      @Nullable InnerEcho inner) {

    boolean isUp() {
      return handshakeAgeSeconds >= 0 && handshakeAgeSeconds < Condition.REJECT_AFTER_TIME_SECONDS;
    }
  }

  /**
   * A rule that drops what the tunnel needs.
   *
   * @param where table, chain and hook
   * @param rule its text
   * @param unaskedOnly whether answers to what we sent come through
   */
  record DropRule(String where, String rule, boolean unaskedOnly) {}
}
