package dev.warren.interop.stack;

import java.io.IOException;

/** A connection's end on either side, as a program that waits sees it. */
interface Duplex extends AutoCloseable {
  /** Waits for some bytes; -1 at the end. */
  int read(byte[] into) throws IOException;

  /** Waits until all is taken. */
  void write(byte[] from, int length) throws IOException;

  void shutdownOutput() throws IOException;

  /** Ends it by a reset. */
  void abort() throws IOException;

  @Override
  void close() throws IOException;
}
