package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the sticky source of an endpoint still fits the host's routes.
 *
 * <p>A source address is kept while the way back leaves by the interface that the datagram came by.
 * When another route takes over, the address would go on as the source of what leaves elsewhere,
 * and nothing would fail; so the source must be let go, as the kernel's WireGuard does. The kernel
 * looks up the route anyhow when it sends. We ask for it only after netlink told of a change of
 * routes, rules, addresses or links.
 *
 * <p>IPv6 is left to the kernel's errno, as in the kernel's WireGuard: there an address on the host
 * stays a good source whatever the route.
 *
 * <p><b>Limits:</b> netlink is listened to every {@link #HEAR_EVERY_NANOS} at most, and {@link
 * #CHECK_LIMIT} routes are asked for in one send; sources beyond count as fitting until a later
 * one. An endpoint seen for the first time counts as fitting: a flood of forged senders that get
 * one answer each costs no look-ups.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Errors:</b> where netlink does not answer, every source fits.
 *
 * <p><b>Source:</b> Linux {@code drivers/net/wireguard/socket.c} ({@code send4}); rtnetlink(7).
 */
@Confined("device")
final class StickySources implements AutoCloseable {
  static final long HEAR_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  static final int CHECK_LIMIT = 32;

  private static final int HEAR_LIMIT = 256;

  private static final int RTMGRP_IPV4_IFADDR = 0x10;
  private static final int RTMGRP_IPV4_ROUTE = 0x40;
  private static final int RTMGRP_IPV4_RULE = 0x80;
  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_GETROUTE = 26;
  private static final int BODY_BYTES = 12;
  private static final int RTA_DST = 1;
  private static final int RTA_SRC = 2;
  private static final int RTA_OIF = 4;
  private static final int RTA_MARK = 16;
  private static final int RTA_IP_PROTO = 27;
  private static final int RTA_SPORT = 28;
  private static final int RTA_DPORT = 29;
  private static final int IPPROTO_UDP = 17;
  private static final int INDEX_BITS = 10;

  private final NetlinkSocket hearing;
  private final NetlinkSocket asking;
  private final @Nullable Endpoint[] known = new Endpoint[1 << INDEX_BITS];
  private final int[] checkedIn = new int[1 << INDEX_BITS];
  private final boolean[] fitting = new boolean[1 << INDEX_BITS];
  private long heardNanos;
  private int generation = 1;
  private int checksLeft;
  private int mark;
  private int port;

  private StickySources(NetlinkSocket hearing, NetlinkSocket asking) {
    this.hearing = hearing;
    this.asking = asking;
    heardNanos = System.nanoTime();
  }

  /** Listens from now on; null where the host does not allow it. */
  static @Nullable StickySources open() {
    try (Opening opening = new Opening()) {
      int groups = LinkNews.RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV4_RULE | RTMGRP_IPV4_IFADDR;
      NetlinkSocket hearing = opening.add(NetlinkSocket.open(groups));
      StickySources sources = new StickySources(hearing, opening.add(NetlinkSocket.open(0)));
      opening.succeed();
      return sources;
    } catch (LinuxException e) {
      return null;
    }
  }

  /** Says by which mark and from which port datagrams go: rules may look at both. */
  void sender(int newMark, int newPort) {
    mark = newMark;
    port = newPort;
    generation++;
  }

  /**
   * Begins a send.
   *
   * @return a number that is another when something changed since
   */
  int begin() {
    checksLeft = CHECK_LIMIT;
    long now = System.nanoTime();
    if (now - heardNanos >= HEAR_EVERY_NANOS) {
      heardNanos = now;
      if (hear()) {
        generation++;
      }
    }
    return generation;
  }

  /** Whether there was any news; lost news count, and what is left over is heard next time. */
  private boolean hear() {
    for (int i = 0; i < HEAR_LIMIT; i++) {
      int got = hearing.receive();
      if (got <= 0 && got != -Errno.ENOBUFS && got != -Errno.EINTR) {
        return i > 0;
      }
    }
    return true;
  }

  /** Whether a sticky endpoint was looked at since the last change; if not, ask again later. */
  boolean isChecked(Endpoint endpoint) {
    int index = index(endpoint);
    return !isSubject(endpoint)
        || (checkedIn[index] == generation && endpoint.equals(known[index]));
  }

  /** Whether the source of a sticky endpoint fits, as far as is known. */
  boolean fits(Endpoint endpoint) {
    if (!isSubject(endpoint)) {
      return true;
    }
    int index = index(endpoint);
    if (!endpoint.equals(known[index])) {
      known[index] = endpoint;
      checkedIn[index] = generation - 1;
      return true;
    }
    if (checkedIn[index] != generation) {
      if (checksLeft == 0) {
        return true;
      }
      checksLeft--;
      int outgoing = outgoingInterface(endpoint);
      fitting[index] = outgoing <= 0 || outgoing == endpoint.sourceInterface();
      checkedIn[index] = generation;
    }
    return fitting[index];
  }

  private static boolean isSubject(Endpoint endpoint) {
    return endpoint.source() != null
        && endpoint.sourceInterface() != 0
        && !endpoint.address().isV6();
  }

  /** The interface by which a datagram to an endpoint leaves; 0 or an errno when none is known. */
  private int outgoingInterface(Endpoint endpoint) {
    IpAddress source = endpoint.source();
    if (source == null) {
      return 0;
    }
    asking.begin(RTM_GETROUTE, BODY_BYTES);
    MemorySegment request = asking.requestMemory();
    request.set(JAVA_BYTE, NetlinkSocket.HEADER_BYTES, (byte) Inet.AF_INET);
    request.set(JAVA_BYTE, NetlinkSocket.HEADER_BYTES + 1, (byte) endpoint.address().bits());
    request.set(JAVA_BYTE, NetlinkSocket.HEADER_BYTES + 2, (byte) source.bits());
    endpoint.address().write(request, asking.startAttribute(RTA_DST, 4));
    source.write(request, asking.startAttribute(RTA_SRC, 4));
    asking.attribute(RTA_MARK, mark);
    request.set(JAVA_BYTE, asking.startAttribute(RTA_IP_PROTO, 1), (byte) IPPROTO_UDP);
    request.set(Inet.SHORT_BE, asking.startAttribute(RTA_SPORT, 2), (short) port);
    request.set(Inet.SHORT_BE, asking.startAttribute(RTA_DPORT, 2), (short) endpoint.port());
    int result = asking.ask(false);
    if (result < 0 || asking.type() != RTM_NEWROUTE) {
      return result;
    }
    int at = asking.find(RTA_OIF, BODY_BYTES, Integer.BYTES);
    return at < 0 ? 0 : asking.memory().get(JAVA_INT, at);
  }

  /** Lets go of the endpoints it remembers. */
  void forget() {
    Arrays.fill(known, null);
  }

  private static int index(Endpoint endpoint) {
    int mixed = endpoint.hashCode() * 0x9e3779b9;
    return mixed >>> (Integer.SIZE - INDEX_BITS);
  }

  @Override
  public void close() {
    hearing.close();
    asking.close();
  }
}
