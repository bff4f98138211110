package dev.warren.linux.route;

import org.jspecify.annotations.Nullable;

/**
 * An interface of the host.
 *
 * <p><b>Shape:</b> a message has the body {u8 family, u8 pad, u16 type, i32 index, u32 flags, u32
 * change}.
 *
 * <p><b>Source:</b> rtnetlink(7), RFC 3549 §2.3.3.1.
 *
 * @param index its number, from 1
 * @param up whether it was set up, whatever the carrier says
 * @param mtu the most bytes of an IP packet on it
 * @param kind what made it ("tun", "wireguard", "veth"), or null for hardware
 */
public record Link(int index, String name, boolean up, int mtu, @Nullable String kind) {
  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int BODY_BYTES = 16;
  static final int IFLA_IFNAME = 3;

  private static final int INDEX = 4;
  private static final int FLAGS = 8;
  private static final int CHANGE = 12;
  private static final int IFF_UP = 1;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;

  /** The most bytes a name can have. */
  public static final int NAME_LIMIT_BYTES = 15;

  static @Nullable Link read(RouteReply reply) {
    if (reply.type() != RTM_NEWLINK) {
      return null;
    }
    Attributes attributes = reply.attributes(BODY_BYTES);
    String name = attributes.text(IFLA_IFNAME);
    return new Link(
        reply.u32(INDEX),
        name == null ? "" : name,
        (reply.u32(FLAGS) & IFF_UP) != 0,
        attributes.number(IFLA_MTU, 0),
        attributes.nested(IFLA_LINKINFO).text(IFLA_INFO_KIND));
  }

  /** A request to set an interface up or down. */
  static RouteMessage upRequest(int index, boolean up) {
    return new RouteMessage("RTM_NEWLINK", RTM_NEWLINK, RouteMessage.NLM_F_ACK, BODY_BYTES)
        .u32(INDEX, index)
        .u32(FLAGS, up ? IFF_UP : 0)
        .u32(CHANGE, IFF_UP);
  }

  /** A request to set an interface's MTU. */
  static RouteMessage mtuRequest(int index, int mtu) {
    return new RouteMessage("RTM_NEWLINK", RTM_NEWLINK, RouteMessage.NLM_F_ACK, BODY_BYTES)
        .u32(INDEX, index)
        .attribute(IFLA_MTU, mtu);
  }

  /** A request to delete an interface. */
  static RouteMessage deleteRequest(int index) {
    return new RouteMessage("RTM_DELLINK", RTM_DELLINK, RouteMessage.NLM_F_ACK, BODY_BYTES)
        .u32(INDEX, index);
  }
}
