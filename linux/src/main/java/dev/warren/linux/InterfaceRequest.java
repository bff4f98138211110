package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * An {@code ifreq}: the argument of the ioctls that speak of an interface by name.
 *
 * <p><b>Shape:</b> 40 bytes: the name with a closing zero (16), then a union of which this room
 * uses {@code short flags} and {@code int mtu} or {@code ifindex}, each at offset 16, native order.
 *
 * <p><b>Owner:</b> the thread that made it.
 *
 * <p><b>Errors:</b> {@code -errno}.
 *
 * <p><b>Source:</b> netdevice(7).
 */
@Confined("maker")
final class InterfaceRequest {
  /** The most bytes a name can have. */
  static final int NAME_LIMIT_BYTES = 15;

  static final long SIOCGIFMTU = 0x8921;
  static final long SIOCSIFMTU = 0x8922;
  static final long SIOCGIFINDEX = 0x8933;

  private static final int SIZE = 40;
  private static final int UNION = 16;

  private final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 8);

  /** Names the interface; the name must fit. */
  InterfaceRequest name(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > NAME_LIMIT_BYTES) {
      throw new IllegalArgumentException("interface name too long: " + name);
    }
    memory.fill((byte) 0);
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
    return this;
  }

  String name() {
    return memory.getString(0, StandardCharsets.UTF_8);
  }

  InterfaceRequest flags(int flags) {
    memory.set(JAVA_SHORT, UNION, (short) flags);
    return this;
  }

  int flags() {
    return memory.get(JAVA_SHORT, UNION) & 0xffff;
  }

  InterfaceRequest number(int value) {
    memory.set(JAVA_INT, UNION, value);
    return this;
  }

  /** The MTU or the interface index, as the request has it. */
  int number() {
    return memory.get(JAVA_INT, UNION);
  }

  /** Makes the request. */
  int call(int fd, long request) {
    return Libc.ioctl(fd, request, memory.address());
  }
}
