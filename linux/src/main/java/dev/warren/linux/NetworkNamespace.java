package dev.warren.linux;

import dev.warren.packet.owner.Immutable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The identity of network namespaces.
 *
 * <p><b>Shape:</b> what {@code /proc} shows for a descriptor of one: {@code net:[4026531840]}.
 *
 * <p><b>Errors:</b> null where /proc does not tell.
 *
 * <p><b>Source:</b> namespaces(7).
 */
@Immutable
final class NetworkNamespace {
  private NetworkNamespace() {}

  /** The namespace behind a descriptor. */
  static @Nullable String of(int fd) {
    return identity("/proc/self/fd/" + fd);
  }

  /** The namespace that the calling thread is in. */
  static @Nullable String ofThread() {
    return identity("/proc/thread-self/ns/net");
  }

  private static @Nullable String identity(String link) {
    try {
      return Files.readSymbolicLink(Path.of(link)).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }
}
