package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.Thinning;
import dev.warren.packet.owner.Immutable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link Thinning} as a program that the kernel runs for each datagram before it takes room in a
 * socket's queue: classic BPF, for which no privilege is needed.
 *
 * <p>The program sees a datagram from its UDP header on, in either family. Where the kernel joined
 * several of one sender it sees the first and decides for all of them, so the shares hold on
 * average.
 *
 * <p><b>Shape:</b> {@code sock_filter}: u16 code, u8 jump if true, u8 jump if false (both relative
 * to the next instruction), u32 operand. {@code sock_fprog}: u16 count, 6 bytes of padding, u64
 * address.
 *
 * <p><b>Errors:</b> {@code -errno}; a socket then has the program it had.
 *
 * <p><b>Source:</b> Linux {@code Documentation/networking/filter.rst}; socket(7).
 */
@Immutable
final class SocketFilter {
  static final int LD_LENGTH = 0x80;
  static final int LD_WORD = 0x20;
  static final int JUMP_EQUAL = 0x15;
  static final int JUMP_GREATER = 0x25;
  static final int JUMP_NOT_LESS = 0x35;
  static final int RETURN = 0x06;

  /** {@code SKF_AD_OFF + SKF_AD_RANDOM}: 32 random bits, read as if they lay in the datagram. */
  static final int RANDOM = -0x1000 + 56;

  static final int UDP_HEADER_BYTES = 8;

  private static final int WHOLE = -1;
  private static final int INSTRUCTION_BYTES = 8;
  private static final int PROGRAM_BYTES = 16;

  // Places in the program.
  private static final int KINDS = 16;
  private static final int ACCEPT = KINDS + 2 * Thinning.KINDS;
  private static final int DROP = ACCEPT + 1;

  /** One step; {@code yes} and {@code no} are relative. */
  record Instruction(int code, int yes, int no, int operand) {}

  private final List<Instruction> program = new ArrayList<>();

  private SocketFilter() {}

  /** Has the kernel thin what comes to a socket, or take everything again. */
  static int attach(int fd, Thinning thinning) {
    if (thinning.isNone()) {
      int result = UdpSetup.set(fd, Inet.SOL_SOCKET, Inet.SO_DETACH_FILTER, 0);
      return result == -Errno.ENOENT ? 0 : result;
    }
    List<Instruction> program = program(thinning);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate((long) program.size() * INSTRUCTION_BYTES, 8);
      long offset = 0;
      for (Instruction each : program) {
        code.set(JAVA_SHORT, offset, (short) each.code());
        code.set(JAVA_BYTE, offset + 2, (byte) each.yes());
        code.set(JAVA_BYTE, offset + 3, (byte) each.no());
        code.set(JAVA_INT, offset + 4, each.operand());
        offset += INSTRUCTION_BYTES;
      }
      MemorySegment head = arena.allocate(PROGRAM_BYTES, 8);
      head.set(JAVA_SHORT, 0, (short) program.size());
      head.set(JAVA_LONG, 8, code.address());
      return Libc.setsockopt(
          fd, Inet.SOL_SOCKET, Inet.SO_ATTACH_FILTER, head.address(), PROGRAM_BYTES);
    }
  }

  /** Tells the kinds apart as {@link Thinning#kind} does, then throws the dice. */
  static List<Instruction> program(Thinning thinning) {
    SocketFilter filter = new SocketFilter();
    filter.load(LD_LENGTH, 0);
    filter.jump(JUMP_NOT_LESS, UDP_HEADER_BYTES + Thinning.TYPE_BYTES, 2, at(Thinning.OTHER));
    filter.load(LD_WORD, UDP_HEADER_BYTES);
    filter.jump(JUMP_EQUAL, type(Thinning.TYPE_TRANSPORT_DATA), ACCEPT, 4);
    filter.jump(JUMP_EQUAL, type(Thinning.TYPE_RESPONSE), at(Thinning.RESPONSE), 5);
    filter.jump(JUMP_EQUAL, type(Thinning.TYPE_INITIATION), 6, at(Thinning.OTHER));
    filter.load(LD_LENGTH, 0);
    int mac2 = UDP_HEADER_BYTES + Thinning.MAC2_OFFSET;
    filter.jump(JUMP_NOT_LESS, mac2 + Thinning.MAC2_BYTES, 8, at(Thinning.OTHER));
    for (int i = 0; i < Thinning.MAC2_BYTES; i += Integer.BYTES) {
      filter.load(LD_WORD, mac2 + i);
      int next = filter.program.size() + 1;
      filter.jump(JUMP_EQUAL, 0, next, at(Thinning.INITIATION_WITH_COOKIE));
    }
    for (int kind = 0; kind < Thinning.KINDS; kind++) {
      filter.load(LD_WORD, RANDOM);
      filter.jump(JUMP_GREATER, highest(thinning.share(kind)), DROP, ACCEPT);
    }
    filter.program.add(new Instruction(RETURN, 0, 0, WHOLE));
    filter.program.add(new Instruction(RETURN, 0, 0, 0));
    return filter.program;
  }

  /** The highest random number with which a message comes in. */
  private static int highest(double share) {
    return (int) (long) (share * 0xffff_ffffL);
  }

  private static int at(int kind) {
    return KINDS + 2 * kind;
  }

  /** The kernel loads words in network order, while types are little-endian. */
  private static int type(int type) {
    return Integer.reverseBytes(type);
  }

  private void load(int code, int operand) {
    program.add(new Instruction(code, 0, 0, operand));
  }

  private void jump(int code, int operand, int yes, int no) {
    int next = program.size() + 1;
    program.add(new Instruction(code, yes - next, no - next, operand));
  }
}
