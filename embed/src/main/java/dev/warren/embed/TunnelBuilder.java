package dev.warren.embed;

import dev.warren.config.Configuration;
import dev.warren.config.InterfaceConfig;
import dev.warren.config.PeerConfig;
import dev.warren.crypto.Secret;
import dev.warren.engine.Log;
import dev.warren.packet.owner.Confined;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a tunnel together: from a file, from a text, or setting by setting.
 *
 * <p><b>Owner:</b> the thread that builds.
 *
 * <p><b>Errors:</b> {@link IllegalArgumentException} for a value that is none; {@link
 * ConfigurationException} by {@link #open}.
 */
@Confined("builder")
public final class TunnelBuilder {
  /** What wg-quick takes where nothing better is known. */
  private static final int USUAL_MTU = 1420;

  private static final int MIN_MTU = 576;
  private static final int MIN_MTU_V6 = 1280;

  private static final AtomicInteger UNNAMED = new AtomicInteger();

  /** How a tunnel is to be opened, its configuration aside. */
  record Wishes(String name, @Nullable Boolean wantsNative, Log log, @Nullable PacketTap tap) {}

  private final InterfaceConfig.Builder device = new InterfaceConfig.Builder();
  private final List<PeerConfig> peers = new ArrayList<>();
  private @Nullable Path file;
  private @Nullable String text;
  private String source = "configuration";
  private @Nullable String name;
  private @Nullable Boolean wantsNative;
  private @Nullable PacketTap tap;
  private Log log = new Log(Log.Level.SILENT, line -> {});

  TunnelBuilder() {}

  // All at once.

  /** Takes the configuration from a file, and the tunnel's name from the file's. */
  public TunnelBuilder file(Path newFile) {
    file = newFile;
    return this;
  }

  /** Takes the configuration from a text. */
  public TunnelBuilder text(String newText) {
    text = newText;
    return this;
  }

  /** The same, and what to call it where something is wrong with it: a file's name. */
  public TunnelBuilder text(String newText, String newSource) {
    source = newSource;
    return text(newText);
  }

  // Setting by setting.

  /** Sets the tunnel's own key: 44 characters of base64. */
  public TunnelBuilder privateKey(String base64) {
    device.privateKey(Texts.secret("private key", base64));
    return this;
  }

  /** Adds an address of the tunnel's own, such as {@code 10.0.0.2/24}. */
  public TunnelBuilder address(String address) {
    device.address(Texts.interfaceAddress(address));
    return this;
  }

  /** Sets the UDP port to listen on; otherwise a random one. */
  public TunnelBuilder listenPort(int port) {
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("not a port: " + port);
    }
    device.listenPort(port);
    return this;
  }

  /** Sets the MTU in bytes; 1420 otherwise. */
  public TunnelBuilder mtu(int bytes) {
    device.mtu(bytes);
    return this;
  }

  /** Adds a DNS server inside the tunnel. */
  public TunnelBuilder dns(String server) {
    device.dns(Texts.address(server));
    return this;
  }

  /** Adds a domain that single names are looked for in. */
  public TunnelBuilder dnsSearch(String domain) {
    device.dnsSearch(domain);
    return this;
  }

  /** Adds a peer. */
  public TunnelBuilder peer(PeerSettings peer) {
    peers.add(Texts.peer(peer));
    return this;
  }

  // How.

  /** Names the tunnel, for threads and logs. */
  public TunnelBuilder name(String newName) {
    name = newName;
    return this;
  }

  /**
   * Whether native calls do the work ({@code true}), or the JDK ({@code false}); otherwise native
   * calls where they are allowed. The system property {@code warren.embed.native} does the same for
   * all tunnels.
   */
  public TunnelBuilder nativeAccess(boolean wanted) {
    wantsNative = wanted;
    return this;
  }

  /** Hands lines to be logged to {@code sink}, which any thread calls. */
  public TunnelBuilder log(Consumer<String> sink, boolean verbose) {
    log = new Log(verbose ? Log.Level.VERBOSE : Log.Level.ERROR, sink);
    return this;
  }

  /** Shows each packet to {@code newTap}. */
  public TunnelBuilder tap(PacketTap newTap) {
    tap = newTap;
    return this;
  }

  /**
   * Opens the tunnel. Where an endpoint is a name that does not resolve now, it is tried again.
   *
   * @throws ConfigurationException when the configuration cannot be used
   * @throws java.net.BindException when the UDP port is taken
   */
  public Tunnel open() throws IOException {
    try (Configuration configuration = configuration()) {
      return Tunnel.start(new Wishes(chosenName(), wantsNative, log, tap), configuration);
    }
  }

  private Configuration configuration() throws IOException {
    if (file != null) {
      return Texts.configuration(Files.readString(file), file.toString());
    }
    if (text != null) {
      return Texts.configuration(text, source);
    }
    return new Configuration(device.build(), List.copyOf(peers), "");
  }

  private String chosenName() {
    if (name != null) {
      return name;
    }
    Path last = file == null ? null : file.getFileName();
    if (last == null) {
      return "tunnel" + UNNAMED.incrementAndGet();
    }
    String text = last.toString();
    return text.endsWith(".conf") ? text.substring(0, text.length() - ".conf".length()) : text;
  }

  /** The key of a configuration that has what a tunnel needs. */
  static Secret checkedKey(InterfaceConfig device) throws ConfigurationException {
    Secret key = device.privateKey();
    if (key == null || key.isZero()) {
      throw new ConfigurationException("no PrivateKey in [Interface]");
    }
    if (device.addresses().isEmpty()) {
      throw new ConfigurationException("no Address in [Interface]");
    }
    boolean v6 = device.addresses().stream().anyMatch(each -> each.address().isV6());
    int smallest = v6 ? MIN_MTU_V6 : MIN_MTU;
    if (mtu(device) < smallest) {
      throw new ConfigurationException("MTU is too small; expected at least " + smallest);
    }
    return key;
  }

  static int mtu(InterfaceConfig device) {
    Integer mtu = device.mtu();
    return mtu == null ? USUAL_MTU : mtu;
  }
}
