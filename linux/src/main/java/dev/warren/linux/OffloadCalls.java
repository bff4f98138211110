package dev.warren.linux;

import dev.warren.linux.libc.Libc;

/**
 * The system calls in which a kernel may refuse an offload. A test can have one that does.
 *
 * <p><b>Errors:</b> {@code -errno}.
 */
interface OffloadCalls {
  /** The real kernel. */
  OffloadCalls KERNEL =
      new OffloadCalls() {
        @Override
        public int setTunOffload(int fd, int flags) {
          return Libc.ioctl(fd, TunSetup.TUNSETOFFLOAD, flags);
        }

        @Override
        public int writev(int fd, long vectors, int count) {
          return Libc.writev(fd, vectors, count);
        }

        @Override
        public int sendmmsg(int fd, long messages, int count, int flags) {
          return Libc.sendmmsg(fd, messages, count, flags);
        }
      };

  /** Says which joined packets may be read from a TUN descriptor. */
  int setTunOffload(int fd, int flags);

  /** Writes a joined packet. */
  int writev(int fd, long vectors, int count);

  /** Sends datagrams, some of them joined. */
  int sendmmsg(int fd, long messages, int count, int flags);
}
