package dev.warren.cli.quickstart;

import java.io.IOException;
import java.nio.file.Path;

/** placeholder until merged */
final class JoinedTunnel {
  private JoinedTunnel() {}

  static Joined open(Path file) throws IOException {
    if (file.toString().isEmpty()) {
      throw new IOException("no file");
    }
    return new Joined() {
      @Override
      public dev.warren.embed.Network network() {
        throw new IllegalStateException();
      }

      @Override
      public dev.warren.cli.uapi.InterfaceState state() {
        throw new IllegalStateException();
      }

      @Override
      public void close() {}
    };
  }
}
