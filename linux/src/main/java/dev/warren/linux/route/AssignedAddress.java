package dev.warren.linux.route;

import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * An address that an interface has.
 *
 * <p><b>Shape:</b> a message has the body {u8 family, u8 prefix length, u8 flags, u8 scope, i32
 * interface index}.
 *
 * <p><b>Source:</b> rtnetlink(7), RFC 3549 §2.3.3.2.
 *
 * @param interfaceIndex whose it is
 * @param length how many bits of it name the network it is in
 * @param ofKernel whether the kernel gave it on its own, as it gives IPv6 link-local ones
 */
public record AssignedAddress(int interfaceIndex, IpAddress address, int length, boolean ofKernel) {
  static final int RTM_NEWADDR = 20;
  static final int RTM_DELADDR = 21;
  static final int RTM_GETADDR = 22;
  static final int BODY_BYTES = 8;

  private static final int FAMILY = 0;
  private static final int LENGTH = 1;
  private static final int INDEX = 4;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_PROTO = 11;
  private static final int IFAPROT_UNSPEC = 0;

  /** An address to be given to an interface. */
  public AssignedAddress(int interfaceIndex, IpAddress address, int length) {
    this(interfaceIndex, address, length, false);
  }

  /** The network that it is in. */
  public Prefix network() {
    return new Prefix(address, length);
  }

  static @Nullable AssignedAddress read(RouteReply reply) {
    int family = reply.u8(FAMILY);
    if (reply.type() != RTM_NEWADDR
        || (family != RouteMessage.AF_INET && family != RouteMessage.AF_INET6)) {
      return null;
    }
    boolean v6 = family == RouteMessage.AF_INET6;
    Attributes attributes = reply.attributes(BODY_BYTES);
    // On an interface with a peer address the other attribute is the peer's.
    IpAddress local = attributes.address(IFA_LOCAL, v6);
    IpAddress address = local != null ? local : attributes.address(IFA_ADDRESS, v6);
    int length = reply.u8(LENGTH);
    if (address == null || length > address.bits()) {
      return null;
    }
    boolean ofKernel = attributes.byteNumber(IFA_PROTO, IFAPROT_UNSPEC) != IFAPROT_UNSPEC;
    return new AssignedAddress(reply.u32(INDEX), address, length, ofKernel);
  }

  RouteMessage addRequest() {
    int flags = RouteMessage.NLM_F_ACK | RouteMessage.NLM_F_CREATE | RouteMessage.NLM_F_EXCL;
    return write(new RouteMessage("RTM_NEWADDR", RTM_NEWADDR, flags, BODY_BYTES));
  }

  RouteMessage removeRequest() {
    return write(new RouteMessage("RTM_DELADDR", RTM_DELADDR, RouteMessage.NLM_F_ACK, BODY_BYTES));
  }

  private RouteMessage write(RouteMessage message) {
    return message
        .u8(FAMILY, RouteMessage.family(address.isV6()))
        .u8(LENGTH, length)
        .u32(INDEX, interfaceIndex)
        .attribute(IFA_LOCAL, address)
        .attribute(IFA_ADDRESS, address);
  }

  /** As {@code ip address} writes it. */
  @Override
  public String toString() {
    return address + "/" + length;
  }
}
