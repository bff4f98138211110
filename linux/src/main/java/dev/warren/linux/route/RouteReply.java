package dev.warren.linux.route;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.warren.packet.owner.Immutable;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message that the kernel sent.
 *
 * <p><b>Shape:</b> see {@link RouteMessage}. The body of an error is {i32 -errno or 0, the header
 * of the request, perhaps the rest of it}, then, if the flags say so, attributes of which one is a
 * text; the body of the end of a list is {i32 -errno or 0}, then the same attributes.
 *
 * <p><b>Owner:</b> any thread, for as long as the memory beneath it stays as it is.
 *
 * <p><b>Errors:</b> a body cut short reads as zeros.
 *
 * <p><b>Source:</b> netlink(7); Linux {@code include/uapi/linux/netlink.h}.
 */
@Immutable
final class RouteReply {
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;
  static final int NLM_F_DUMP_INTR = 0x10;

  private static final int NLM_F_CAPPED = 0x100;
  private static final int NLM_F_ACK_TLVS = 0x200;
  private static final int NLMSGERR_ATTR_MSG = 1;

  private final MemorySegment memory;

  private RouteReply(MemorySegment memory) {
    this.memory = memory;
  }

  /** The messages of one datagram; what is cut short ends them. */
  static List<RouteReply> split(MemorySegment datagram) {
    List<RouteReply> replies = new ArrayList<>();
    long at = 0;
    while (at + RouteMessage.HEADER_BYTES <= datagram.byteSize()) {
      int length = datagram.get(JAVA_INT_UNALIGNED, at);
      if (length < RouteMessage.HEADER_BYTES || length > datagram.byteSize() - at) {
        break;
      }
      replies.add(new RouteReply(datagram.asSlice(at, length)));
      at += (length + 3) & -4;
    }
    return replies;
  }

  int type() {
    return memory.get(JAVA_SHORT_UNALIGNED, 4) & 0xffff;
  }

  int flags() {
    return memory.get(JAVA_SHORT_UNALIGNED, 6) & 0xffff;
  }

  int sequence() {
    return memory.get(JAVA_INT_UNALIGNED, 8);
  }

  /** A byte of the body. */
  int u8(int offset) {
    int at = RouteMessage.HEADER_BYTES + offset;
    return at < memory.byteSize() ? memory.get(JAVA_BYTE, at) & 0xff : 0;
  }

  /** An int of the body. */
  int u32(int offset) {
    int at = RouteMessage.HEADER_BYTES + offset;
    return at + Integer.BYTES <= memory.byteSize() ? memory.get(JAVA_INT_UNALIGNED, at) : 0;
  }

  /** The attributes after a body of so many bytes. */
  Attributes attributes(int bodyBytes) {
    long at = Math.min(RouteMessage.HEADER_BYTES + bodyBytes, memory.byteSize());
    return new Attributes(memory.asSlice(at));
  }

  /** What the kernel says of an error or the end of a list besides the number, or null. */
  @Nullable String words() {
    if ((flags() & NLM_F_ACK_TLVS) == 0) {
      return null;
    }
    int before = Integer.BYTES;
    if (type() == NLMSG_ERROR) {
      int request = u32(Integer.BYTES);
      boolean capped = (flags() & NLM_F_CAPPED) != 0;
      before += capped ? RouteMessage.HEADER_BYTES : Math.max(0, (request + 3) & -4);
    }
    return attributes(before).text(NLMSGERR_ATTR_MSG);
  }
}
