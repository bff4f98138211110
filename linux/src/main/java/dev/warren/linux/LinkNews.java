package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What netlink says of one interface, unasked or asked.
 *
 * <p><b>Shape:</b> the body of {@code RTM_NEWLINK} and {@code RTM_DELLINK}: {u8 family, u8 pad, u16
 * type, i32 index, u32 flags, u32 change}, native order, then attributes. A namespace is meant by
 * the id that the socket's own namespace has for it.
 *
 * <p><b>Owner:</b> the link's thread.
 *
 * <p><b>Errors:</b> {@code -errno}.
 *
 * <p><b>Source:</b> rtnetlink(7); Linux {@code net/core/rtnetlink.c}, {@code
 * net/core/net_namespace.c}.
 */
@Confined("link")
final class LinkNews {
  /** The group that hears of interfaces. */
  static final int RTMGRP_LINK = 1;

  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;

  private static final int RTM_GETLINK = 18;
  private static final int BODY_BYTES = 16;
  private static final int INDEX = 4;
  private static final int FLAGS = 8;
  private static final int IFF_UP = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_TARGET_NETNSID = 46;

  private static final int RTM_NEWNSID = 88;
  private static final int RTM_GETNSID = 90;
  private static final int NSID_BODY_BYTES = 4;
  private static final int NETNSA_NSID = 1;
  private static final int NETNSA_FD = 3;

  private int index;
  private boolean up;
  private @Nullable String name;
  private int mtu;

  int index() {
    return index;
  }

  boolean isUp() {
    return up;
  }

  /** The name, or null when the message had none. */
  @Nullable String name() {
    return name;
  }

  /** The MTU, or 0 when the message had none. */
  int mtu() {
    return mtu;
  }

  /** Asks for an interface by name in a namespace, {@link NetlinkSocket#HOME} or by id. */
  int ask(NetlinkSocket socket, String ofName, int namespaceId) {
    socket.begin(RTM_GETLINK, BODY_BYTES);
    if (namespaceId != NetlinkSocket.HOME) {
      socket.attribute(IFLA_TARGET_NETNSID, namespaceId);
    }
    byte[] bytes = (ofName + "\0").getBytes(StandardCharsets.UTF_8);
    int at = socket.startAttribute(IFLA_IFNAME, bytes.length);
    MemorySegment.copy(bytes, 0, socket.requestMemory(), JAVA_BYTE, at, bytes.length);
    int result = socket.ask(false);
    if (result < 0) {
      return result;
    }
    return socket.type() == RTM_NEWLINK && read(socket) ? 0 : -Errno.EINVAL;
  }

  /** Reads the socket's present message; false when it is cut short. */
  boolean read(NetlinkSocket socket) {
    if (socket.bodyBytes() < BODY_BYTES) {
      return false;
    }
    MemorySegment memory = socket.memory();
    int body = socket.body();
    index = memory.get(JAVA_INT, body + (long) INDEX);
    up = (memory.get(JAVA_INT, body + (long) FLAGS) & IFF_UP) != 0;
    int nameAt = socket.find(IFLA_IFNAME, BODY_BYTES, 1);
    name = nameAt < 0 ? null : memory.getString(nameAt, StandardCharsets.UTF_8);
    int mtuAt = socket.find(IFLA_MTU, BODY_BYTES, Integer.BYTES);
    mtu = mtuAt < 0 ? 0 : memory.get(JAVA_INT, mtuAt);
    return true;
  }

  /** The id of the namespace behind a descriptor; one is given to it if it has none. */
  static int namespaceId(NetlinkSocket socket, int fd) {
    for (int i = 0; i < 2; i++) {
      socket.begin(RTM_GETNSID, NSID_BODY_BYTES);
      socket.attribute(NETNSA_FD, fd);
      int result = socket.ask(false);
      if (result < 0) {
        return result;
      }
      int at = socket.find(NETNSA_NSID, NSID_BODY_BYTES, Integer.BYTES);
      int id = at < 0 ? -Errno.EINVAL : socket.memory().get(JAVA_INT, at);
      if (id >= 0) {
        return id;
      }
      socket.begin(RTM_NEWNSID, NSID_BODY_BYTES);
      socket.attribute(NETNSA_FD, fd);
      socket.attribute(NETNSA_NSID, -1); // Any.
      socket.ask(true);
    }
    return -Errno.ENOENT;
  }
}
