package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The kernel, but that it refuses what it is told to refuse; and a count of what it was asked. */
final class RefusingKernel implements OffloadCalls {
  /** Refuses these flags of TUNSETOFFLOAD. */
  int refusedFlags;

  /** With which errno joined packets and runs are refused; 0 for not at all. */
  int refusal;

  /** How many joined packets and runs are taken before. */
  int goodBefore;

  final List<Integer> flagsAsked = new ArrayList<>();
  int superPackets;
  int runs;
  int refusals;

  @Override
  public int setTunOffload(int fd, int flags) {
    flagsAsked.add(flags);
    return (flags & refusedFlags) != 0 ? -Errno.EINVAL : KERNEL.setTunOffload(fd, flags);
  }

  @Override
  public int writev(int fd, long vectors, int count) {
    if (isRefused()) {
      return -refusal;
    }
    superPackets++;
    return KERNEL.writev(fd, vectors, count);
  }

  @Override
  public int sendmmsg(int fd, long messages, int count, int flags) {
    // Up to the first run, as the kernel would; then the run alone.
    int plain = 0;
    while (plain < count && datagrams(messages, plain) == 1) {
      plain++;
    }
    if (plain > 0) {
      return KERNEL.sendmmsg(fd, messages, plain, flags);
    }
    if (isRefused()) {
      return -refusal;
    }
    runs++;
    return KERNEL.sendmmsg(fd, messages, 1, flags);
  }

  private boolean isRefused() {
    boolean refused = refusal != 0 && superPackets + runs >= goodBefore;
    refusals += refused ? 1 : 0;
    return refused;
  }

  /** The number of data vectors in the header of a message; see {@link MessageVector}. */
  @SuppressWarnings("restricted")
  private static long datagrams(long messages, int index) {
    return MemorySegment.ofAddress(messages + 64L * index).reinterpret(64).get(JAVA_LONG, 24);
  }
}
