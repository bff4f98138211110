package dev.warren.linux.route;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One request to routing netlink, being built.
 *
 * <p><b>Shape:</b> {u32 length with this header, u16 type, u16 flags, u32 sequence, u32 port id}, a
 * body of fixed length, then attributes {u16 length with this header, u16 type, value, padding to
 * 4}. Native order; addresses in network order.
 *
 * <p><b>Owner:</b> the thread that made it.
 *
 * <p><b>Errors:</b> none; what does not fit is a bug and throws.
 *
 * <p><b>Source:</b> netlink(7), RFC 3549 §2.3.
 */
@Confined("maker")
final class RouteMessage {
  static final int HEADER_BYTES = 16;
  static final int ATTRIBUTE_BYTES = 4;

  static final int NLM_F_REQUEST = 1;
  static final int NLM_F_ACK = 4;
  static final int NLM_F_EXCL = 0x200;
  static final int NLM_F_CREATE = 0x400;

  /** {@code NLM_F_ROOT | NLM_F_MATCH}: everything of the kind. */
  static final int NLM_F_DUMP = 0x300;

  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  /** Far above what any request here takes. */
  private static final int LIMIT_BYTES = 512;

  private final byte[] bytes = new byte[LIMIT_BYTES];
  private final MemorySegment memory = MemorySegment.ofArray(bytes);
  private final String call;
  private int end;

  /**
   * A request with a body of zeros and no attributes yet.
   *
   * @param call how an error calls this request: its type's name
   */
  RouteMessage(String call, int type, int flags, int bodyBytes) {
    this.call = call;
    end = HEADER_BYTES + bodyBytes;
    putShort(4, type);
    putShort(6, flags | NLM_F_REQUEST);
  }

  String call() {
    return call;
  }

  static int family(boolean v6) {
    return v6 ? AF_INET6 : AF_INET;
  }

  /** Sets a byte of the body. */
  RouteMessage u8(int offset, int value) {
    bytes[HEADER_BYTES + offset] = (byte) value;
    return this;
  }

  /** Sets an int of the body. */
  RouteMessage u32(int offset, int value) {
    memory.set(JAVA_INT_UNALIGNED, HEADER_BYTES + offset, value);
    return this;
  }

  /** Adds an attribute that is an int. */
  RouteMessage attribute(int type, int value) {
    memory.set(JAVA_INT_UNALIGNED, start(type, Integer.BYTES), value);
    return this;
  }

  /** Adds an attribute that is an address. */
  RouteMessage attribute(int type, IpAddress address) {
    address.write(memory, start(type, address.bits() / Byte.SIZE));
    return this;
  }

  /** Adds an attribute that is a text with a closing zero. */
  RouteMessage attribute(int type, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int at = start(type, utf8.length + 1);
    System.arraycopy(utf8, 0, bytes, at, utf8.length);
    return this;
  }

  /** The whole request under this number. */
  byte[] finish(int sequence) {
    memory.set(JAVA_INT_UNALIGNED, 0, end);
    memory.set(JAVA_INT_UNALIGNED, 8, sequence);
    return Arrays.copyOf(bytes, end);
  }

  private int start(int type, int valueBytes) {
    int at = end;
    putShort(at, ATTRIBUTE_BYTES + valueBytes);
    putShort(at + 2, type);
    end = at + ATTRIBUTE_BYTES + ((valueBytes + 3) & -4);
    return at + ATTRIBUTE_BYTES;
  }

  private void putShort(int offset, int value) {
    memory.set(JAVA_SHORT_UNALIGNED, offset, (short) value);
  }
}
