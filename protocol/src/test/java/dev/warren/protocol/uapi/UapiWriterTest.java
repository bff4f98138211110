package dev.warren.protocol.uapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.protocol.config.DeviceSnapshot;
import dev.warren.protocol.config.PeerSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UapiWriterTest {
  private static final String KEY = "00ff456789abcdef".repeat(4);
  private static final String OTHER_KEY = "f0e1d2c3b4a59687".repeat(4);
  private static final String ZERO_KEY = "0".repeat(64);

  @Test
  void anEmptyDeviceHasNoLines() throws IOException {
    assertEquals("", write(new DeviceSnapshot(null, 0, 0, List.of())));
  }

  @Test
  void deviceLinesComeFirst() throws IOException {
    assertEquals(
        "private_key=" + KEY + "\nlisten_port=65535\nfwmark=4294967295\n",
        write(new DeviceSnapshot(secret(KEY), 65535, -1, List.of())));
  }

  @Test
  void peerLinesAreInTheOrderOfWireguardGo() throws IOException {
    PeerSnapshot full =
        new PeerSnapshot(
            key(KEY),
            secret(OTHER_KEY),
            new Endpoint(address("fe80::1"), 51820, 3, address("fe80::2"), 3),
            1_700_000_000_000_000_042L,
            Long.MAX_VALUE,
            1,
            25,
            List.of(prefix("10.0.0.0/8"), prefix("fd00::/8"), prefix("0.0.0.0/0")));
    PeerSnapshot bare = new PeerSnapshot(key(OTHER_KEY), null, null, 0, 0, 0, 0, List.of());
    assertEquals(
        "listen_port=1\npublic_key="
            + KEY
            + "\npreshared_key="
            + OTHER_KEY
            + "\nprotocol_version=1\nendpoint=[fe80::1%3]:51820\n"
            + "last_handshake_time_sec=1700000000\nlast_handshake_time_nsec=42\n"
            + "tx_bytes=9223372036854775807\nrx_bytes=1\npersistent_keepalive_interval=25\n"
            + "allowed_ip=10.0.0.0/8\nallowed_ip=fd00::/8\nallowed_ip=0.0.0.0/0\npublic_key="
            + OTHER_KEY
            + "\npreshared_key="
            + ZERO_KEY
            + "\nprotocol_version=1\nlast_handshake_time_sec=0\nlast_handshake_time_nsec=0\n"
            + "tx_bytes=0\nrx_bytes=0\npersistent_keepalive_interval=0\n",
        write(new DeviceSnapshot(null, 1, 0, List.of(full, bare))));
  }

  @Test
  void anAnswerEndsWithItsErrnoAndAnEmptyLine() throws IOException {
    StringBuilder out = new StringBuilder();
    UapiWriter.writeErrno(0, out);
    UapiWriter.writeErrno(-98, out);
    assertEquals("errno=0\n\nerrno=-98\n\n", out.toString());
  }

  @Test
  void closingASnapshotWipesItsKeys() {
    Secret privateKey = secret(KEY);
    Secret presharedKey = secret(OTHER_KEY);
    PeerSnapshot peer = new PeerSnapshot(key(KEY), presharedKey, null, 0, 0, 0, 0, List.of());
    PeerSnapshot bare = new PeerSnapshot(key(KEY), null, null, 0, 0, 0, 0, List.of());
    new DeviceSnapshot(privateKey, 0, 0, List.of(peer, bare)).close();
    new DeviceSnapshot(null, 0, 0, List.of()).close();
    assertTrue(privateKey.isZero());
    assertTrue(presharedKey.isZero());
  }

  @Test
  void aPeerIsNeverHeldAsOneText() throws IOException {
    List<Prefix> prefixes = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      prefixes.add(Prefix.of(IpAddress.v4(i)));
    }
    PeerSnapshot peer = new PeerSnapshot(key(KEY), null, null, 0, 0, 0, 0, prefixes);
    int[] lines = new int[1];
    UapiWriter.write(
        new DeviceSnapshot(null, 0, 0, List.of(peer)),
        new Appendable() {
          @Override
          public Appendable append(CharSequence text) {
            assertTrue(text.length() <= 64, text::toString);
            return this;
          }

          @Override
          public Appendable append(CharSequence text, int start, int end) {
            return append(text.subSequence(start, end));
          }

          @Override
          public Appendable append(char c) {
            lines[0] += c == '\n' ? 1 : 0;
            return this;
          }
        });
    assertEquals(100_000 + 8, lines[0]);
  }

  @Test
  void failuresOfTheReaderComeThrough() {
    IOException gone = new IOException("gone");
    Appendable failing =
        new Appendable() {
          @Override
          public Appendable append(CharSequence text) throws IOException {
            throw gone;
          }

          @Override
          public Appendable append(CharSequence text, int start, int end) throws IOException {
            throw gone;
          }

          @Override
          public Appendable append(char c) throws IOException {
            throw gone;
          }
        };
    assertEquals(gone, assertThrows(IOException.class, () -> UapiWriter.writeErrno(0, failing)));
  }

  private static String write(DeviceSnapshot device) throws IOException {
    StringBuilder out = new StringBuilder();
    UapiWriter.write(device, out);
    return out.toString();
  }

  private static Secret secret(String hex) {
    Secret secret = Secret.parseHex(hex);
    assertNotNull(secret);
    return secret;
  }

  private static PublicKey key(String hex) {
    PublicKey key = PublicKey.parseHex(hex);
    assertNotNull(key);
    return key;
  }

  private static IpAddress address(String text) {
    IpAddress address = IpAddress.parse(text);
    assertNotNull(address);
    return address;
  }

  private static Prefix prefix(String text) {
    Prefix prefix = Prefix.parse(text);
    assertNotNull(prefix);
    return prefix;
  }
}
