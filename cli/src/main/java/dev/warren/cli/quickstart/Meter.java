package dev.warren.cli.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * How fast a stream flows, measured where it arrives, after a run-up in which both ends get warm.
 *
 * <p><b>Owner:</b> any thread; no state.
 */
final class Meter {
  /** What flows before the measurement begins. */
  static final long RUN_UP_NANOS = 700_000_000;

  private static final int PIECE_BYTES = 128 * 1024;

  private Meter() {}

  /** So many bytes in so many nanoseconds. */
  record Flow(long bytes, long nanos) {
    double bitsPerSecond() {
      return nanos <= 0 ? 0 : bytes * 8e9 / nanos;
    }

    /** As {@code 1.23 Gbit/s}, or {@code 45 Mbit/s} below one. */
    String words() {
      double rate = bitsPerSecond();
      return rate >= 1e9
          ? String.format(Locale.ROOT, "%.2f Gbit/s", rate / 1e9)
          : String.format(Locale.ROOT, "%.0f Mbit/s", rate / 1e6);
    }
  }

  /** Reads until the end of the stream, or for so long after the run-up. */
  static Flow drain(InputStream in, long nanos) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    long begun = -1;
    long now = System.nanoTime();
    long runUpEnd = now + RUN_UP_NANOS;
    long bytes = 0;
    int count = in.read(piece);
    while (count > 0) {
      now = System.nanoTime();
      if (begun >= 0) {
        bytes += count;
      } else if (now - runUpEnd >= 0) {
        begun = now;
      }
      if (begun >= 0 && now - begun >= nanos) {
        break;
      }
      count = in.read(piece);
    }
    return new Flow(bytes, begun < 0 ? 0 : now - begun);
  }

  /** Writes for so long; returns early when nobody reads any more. */
  static void fill(OutputStream out, long nanos) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    for (int i = 0; i < piece.length; i++) {
      piece[i] = (byte) ('a' + i % 26);
    }
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException();
      }
      out.write(piece);
    }
  }
}
