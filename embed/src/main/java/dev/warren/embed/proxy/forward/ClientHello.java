package dev.warren.embed.proxy.forward;

import dev.warren.packet.owner.Immutable;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first message of a TLS client, read no further than its name of the host.
 *
 * <p><b>Shape:</b> records (type 22, version, length) with a handshake message of type 1 in them;
 * {@value #MAX_BYTES} bytes at most.
 *
 * <p><b>Errors:</b> no host where it is no such message; {@link IOException} when it breaks off.
 *
 * <p><b>Source:</b> RFC 8446 sections 4.1.2 and 5.1, RFC 6066 section 3.
 */
@Immutable
final class ClientHello {
  private static final int MAX_BYTES = 32_768;
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int SERVER_NAME = 0;
  private static final int MAX_NAME = 253;

  private final byte[] bytes;
  private final @Nullable String host;

  private ClientHello(byte[] bytes, @Nullable String host) {
    this.bytes = bytes;
    this.host = host;
  }

  /** What was read, to be passed on. */
  byte[] bytes() {
    return bytes;
  }

  /** The host that is wanted; null where none is named. */
  @Nullable String host() {
    return host;
  }

  static ClientHello read(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    while (all.size() < MAX_BYTES) {
      byte[] header = new byte[5];
      in.readFully(header);
      all.writeBytes(header);
      int length = (header[3] & 0xff) << 8 | (header[4] & 0xff);
      if (header[0] != HANDSHAKE || header[1] != 3 || length == 0 || length > 16_384) {
        break;
      }
      byte[] fragment = new byte[length];
      in.readFully(fragment);
      all.writeBytes(fragment);
      message.writeBytes(fragment);
      byte[] begun = message.toByteArray();
      if (begun[0] != CLIENT_HELLO) {
        break;
      }
      if (begun.length >= 4 && begun.length >= 4 + length(begun)) {
        return new ClientHello(all.toByteArray(), name(begun));
      }
    }
    return new ClientHello(all.toByteArray(), null);
  }

  private static int length(byte[] message) {
    return (message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | (message[3] & 0xff);
  }

  private static @Nullable String name(byte[] message) {
    try {
      ByteBuffer in = ByteBuffer.wrap(message, 4, length(message)).slice();
      skip(in, 2 + 32); // Version and random.
      skip(in, in.get() & 0xff); // Session.
      skip(in, in.getShort() & 0xffff); // Cipher suites.
      skip(in, in.get() & 0xff); // Compression.
      ByteBuffer extensions = part(in, in.getShort() & 0xffff);
      while (extensions.hasRemaining()) {
        int type = extensions.getShort() & 0xffff;
        ByteBuffer extension = part(extensions, extensions.getShort() & 0xffff);
        if (type == SERVER_NAME) {
          return host(part(extension, extension.getShort() & 0xffff));
        }
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      // No hello, and so no name.
    }
    return null;
  }

  private static @Nullable String host(ByteBuffer names) {
    while (names.hasRemaining()) {
      int type = names.get();
      ByteBuffer name = part(names, names.getShort() & 0xffff);
      String text = StandardCharsets.US_ASCII.decode(name).toString();
      boolean plain = !text.isEmpty() && text.length() <= MAX_NAME;
      plain &=
          text.chars()
              .allMatch(
                  c ->
                      (c >= 'a' && c <= 'z')
                          || (c >= 'A' && c <= 'Z')
                          || (c >= '0' && c <= '9')
                          || c == '-'
                          || c == '.'
                          || c == '_');
      if (type == 0) {
        return plain ? text : null;
      }
    }
    return null;
  }

  private static void skip(ByteBuffer in, int count) {
    in.position(in.position() + count);
  }

  private static ByteBuffer part(ByteBuffer in, int length) {
    ByteBuffer part = in.slice(in.position(), Math.min(length, in.remaining()));
    skip(in, length);
    return part;
  }
}
