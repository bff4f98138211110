package dev.warren.linux.route;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Immutable;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Attributes that the kernel sent, looked up by type.
 *
 * <p><b>Shape:</b> see {@link RouteMessage}. The upper two bits of a type say what the value is
 * like and are left out. Where one comes twice, the first counts; what is cut short ends the list.
 *
 * <p><b>Owner:</b> any thread, for as long as the memory beneath it stays as it is.
 *
 * <p><b>Errors:</b> a lookup answers the given default, or null.
 *
 * <p><b>Source:</b> netlink(7).
 */
@Immutable
final class Attributes {
  private static final int TYPE_MASK = 0x3fff;

  private final MemorySegment memory;

  Attributes(MemorySegment memory) {
    this.memory = memory;
  }

  /** The value of the first attribute of this type with at least so many bytes. */
  private @Nullable MemorySegment find(int type, int bytes) {
    long at = 0;
    while (at + RouteMessage.ATTRIBUTE_BYTES <= memory.byteSize()) {
      int length = memory.get(JAVA_SHORT_UNALIGNED, at) & 0xffff;
      if (length < RouteMessage.ATTRIBUTE_BYTES || length > memory.byteSize() - at) {
        return null;
      }
      if ((memory.get(JAVA_SHORT_UNALIGNED, at + 2) & TYPE_MASK) == type) {
        MemorySegment value =
            memory.asSlice(
                at + RouteMessage.ATTRIBUTE_BYTES, length - RouteMessage.ATTRIBUTE_BYTES);
        return value.byteSize() >= bytes ? value : null;
      }
      at += (length + 3) & -4;
    }
    return null;
  }

  boolean has(int type) {
    return find(type, 0) != null;
  }

  int number(int type, int otherwise) {
    MemorySegment value = find(type, Integer.BYTES);
    return value == null ? otherwise : value.get(JAVA_INT_UNALIGNED, 0);
  }

  int byteNumber(int type, int otherwise) {
    MemorySegment value = find(type, 1);
    return value == null ? otherwise : value.get(JAVA_BYTE, 0) & 0xff;
  }

  @Nullable IpAddress address(int type, boolean v6) {
    MemorySegment value = find(type, v6 ? 16 : 4);
    if (value == null) {
      return null;
    }
    return v6 ? IpAddress.readV6(value, 0) : IpAddress.readV4(value, 0);
  }

  /** The text up to its closing zero, or to the end of the value. */
  @Nullable String text(int type) {
    MemorySegment value = find(type, 0);
    if (value == null) {
      return null;
    }
    byte[] bytes = value.toArray(JAVA_BYTE);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** The attributes inside one; none when there is no such one. */
  Attributes nested(int type) {
    MemorySegment value = find(type, 0);
    return new Attributes(value == null ? memory.asSlice(0, 0) : value);
  }
}
