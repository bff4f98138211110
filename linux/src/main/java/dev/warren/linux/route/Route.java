package dev.warren.linux.route;

import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a routing table, or the answer to which way a packet would take.
 *
 * <p><b>Shape:</b> a message has the body {u8 family, u8 destination length, u8 source length, u8
 * type of service, u8 table, u8 protocol, u8 scope, u8 type, u32 flags}. A table above 255 is an
 * attribute.
 *
 * <p><b>Source:</b> rtnetlink(7), RFC 3549 §3.1.1; the kind written is that of {@code ip route add
 * DESTINATION dev INTERFACE}.
 *
 * @param interfaceIndex where packets leave, or 0 for a route that leads nowhere
 * @param gateway through whom, or null for a network that is directly there
 * @param mtu the most bytes of a packet that take this way, or 0 when the interface says it
 */
public record Route(
    Prefix destination, int table, int interfaceIndex, @Nullable IpAddress gateway, int mtu) {
  /** The table that everybody uses. */
  public static final int MAIN_TABLE = 254;

  /** The kernel's own table of addresses that are the host's. */
  public static final int LOCAL_TABLE = 255;

  static final int RTM_NEWROUTE = 24;
  static final int RTM_DELROUTE = 25;
  static final int RTM_GETROUTE = 26;
  static final int BODY_BYTES = 12;
  static final int RTA_TABLE = 15;

  private static final int FAMILY = 0;
  private static final int DESTINATION_LENGTH = 1;
  private static final int TABLE = 4;
  private static final int PROTOCOL = 5;
  private static final int SCOPE = 6;
  private static final int TYPE = 7;
  private static final int FLAGS = 8;

  private static final int RTPROT_BOOT = 3;
  private static final int RT_SCOPE_UNIVERSE = 0;
  private static final int RT_SCOPE_LINK = 253;
  private static final int RT_SCOPE_NOWHERE = 255;
  private static final int RTN_UNICAST = 1;
  private static final int RTM_F_CLONED = 0x200;
  private static final int RTM_F_LOOKUP_TABLE = 0x1000;

  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RTA_METRICS = 8;
  private static final int RTA_MARK = 16;
  private static final int RTAX_MTU = 2;

  /** A route straight out of an interface. */
  public Route(Prefix destination, int table, int interfaceIndex) {
    this(destination, table, interfaceIndex, null, 0);
  }

  static @Nullable Route read(RouteReply reply) {
    int family = reply.u8(FAMILY);
    if (reply.type() != RTM_NEWROUTE
        || (family != RouteMessage.AF_INET && family != RouteMessage.AF_INET6)) {
      return null;
    }
    boolean v6 = family == RouteMessage.AF_INET6;
    Attributes attributes = reply.attributes(BODY_BYTES);
    IpAddress address = attributes.address(RTA_DST, v6);
    if (address == null) {
      address = v6 ? IpAddress.v6(0, 0) : IpAddress.v4(0);
    }
    int length = reply.u8(DESTINATION_LENGTH);
    if (length > address.bits()) {
      return null;
    }
    return new Route(
        new Prefix(address, length),
        attributes.number(RTA_TABLE, reply.u8(TABLE)),
        attributes.number(RTA_OIF, 0),
        attributes.address(RTA_GATEWAY, v6),
        attributes.nested(RTA_METRICS).number(RTAX_MTU, 0));
  }

  /** Whether a listed message is what was learnt of one destination and not an entry. */
  static boolean isCached(RouteReply reply) {
    return (reply.u32(FLAGS) & RTM_F_CLONED) != 0;
  }

  RouteMessage addRequest() {
    int flags = RouteMessage.NLM_F_ACK | RouteMessage.NLM_F_CREATE | RouteMessage.NLM_F_EXCL;
    boolean direct = gateway == null && !destination.isV6();
    return write(new RouteMessage("RTM_NEWROUTE", RTM_NEWROUTE, flags, BODY_BYTES))
        .u8(PROTOCOL, RTPROT_BOOT)
        .u8(SCOPE, direct ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE)
        .u8(TYPE, RTN_UNICAST);
  }

  RouteMessage removeRequest() {
    return write(new RouteMessage("RTM_DELROUTE", RTM_DELROUTE, RouteMessage.NLM_F_ACK, BODY_BYTES))
        .u8(SCOPE, RT_SCOPE_NOWHERE);
  }

  private RouteMessage write(RouteMessage message) {
    message
        .u8(FAMILY, RouteMessage.family(destination.isV6()))
        .u8(DESTINATION_LENGTH, destination.length())
        .attribute(RTA_TABLE, table);
    if (destination.length() > 0) {
      message.attribute(RTA_DST, destination.address());
    }
    if (interfaceIndex != 0) {
      message.attribute(RTA_OIF, interfaceIndex);
    }
    return gateway == null ? message : message.attribute(RTA_GATEWAY, gateway);
  }

  /** A request for the way to a destination, for a packet with this mark (0 for none). */
  static RouteMessage lookupRequest(IpAddress destination, int mark) {
    RouteMessage message =
        new RouteMessage("RTM_GETROUTE", RTM_GETROUTE, 0, BODY_BYTES)
            .u8(FAMILY, RouteMessage.family(destination.isV6()))
            .u8(DESTINATION_LENGTH, destination.bits())
            // That the answer names the table; IPv6 does so anyhow, and refuses the flag.
            .u32(FLAGS, destination.isV6() ? 0 : RTM_F_LOOKUP_TABLE)
            .attribute(RTA_DST, destination);
    return mark == 0 ? message : message.attribute(RTA_MARK, mark);
  }

  /** A request for all entries of a family's table. */
  static RouteMessage listRequest(boolean v6, int table) {
    return new RouteMessage("RTM_GETROUTE", RTM_GETROUTE, RouteMessage.NLM_F_DUMP, BODY_BYTES)
        .u8(FAMILY, RouteMessage.family(v6))
        .attribute(RTA_TABLE, table);
  }
}
