package dev.warren.cli.proxy;

import dev.warren.cli.help.Help;
import dev.warren.config.Services;
import dev.warren.config.proxy.AliveCheck;
import dev.warren.config.proxy.HostPort;
import dev.warren.config.proxy.ProxyFile;
import dev.warren.config.proxy.ProxyService;
import dev.warren.embed.Tunnel;
import dev.warren.embed.TunnelBuilder;
import dev.warren.embed.TunnelListener;
import dev.warren.embed.TunnelStatus;
import dev.warren.embed.proxy.HostNetwork;
import dev.warren.embed.proxy.PcapFile;
import dev.warren.embed.proxy.ProxyHouse;
import dev.warren.embed.proxy.RoutedNetwork;
import dev.warren.embed.proxy.info.TunnelView;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.packet.IpAddress;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code warren proxy}.
 *
 * <p><b>Owner:</b> the main thread; lines of the log come from any.
 *
 * <p><b>Errors:</b> exit status 0 after a signal, or after the host of {@code --stdio} has ended; 1
 * when something cannot be used or fails; 2 for a command line that is not understood.
 */
public final class ProxyCommand {
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final Services services;

  /** A command that writes here. */
  public ProxyCommand(
      PrintStream out, PrintStream err, Map<String, String> environment, Services services) {
    this.out = out;
    this.err = err;
    this.environment = environment;
    this.services = services;
  }

  /** Runs it; the exit status. */
  public int run(List<String> arguments) {
    ProxyOptions options;
    try {
      options = ProxyOptions.parse(arguments);
    } catch (ProxyOptions.BadWord e) {
      return Help.misunderstood(err, "proxy", String.valueOf(e.getMessage()));
    }
    Path path = options.file == null ? Path.of("") : options.file;
    try {
      ProxyFile file = new ProxyFiles(environment, services, err::println).read(path);
      List<ProxyService> wanted = wanted(file, options, path);
      if (options.test) {
        out.println("Config OK");
        return 0;
      }
      return serve(file, wanted, options, path);
    } catch (IOException e) {
      String.valueOf(e.getMessage()).lines().forEach(line -> err.println("warren proxy: " + line));
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static List<ProxyService> wanted(ProxyFile file, ProxyOptions options, Path path)
      throws IOException {
    List<ProxyService> wanted = new ArrayList<>(file.services());
    if (options.stdio != null) {
      // Several of them run at a time, for as many connections of ssh: the ports are another's.
      wanted.clear();
      wanted.add(new ProxyService.Stdio(0, options.stdio));
    }
    if (wanted.isEmpty() && options.info == null) {
      throw new IOException(
          path
              + ": nothing to serve; add a section, such as\n[Socks5]\nBindAddress ="
              + " 127.0.0.1:25344");
    }
    if (wanted.stream().filter(ProxyService.Stdio.class::isInstance).count() > 1) {
      throw new IOException(path + ": there is one standard input, so one [STDIOTunnel]");
    }
    return wanted;
  }

  // Serving.

  private int serve(ProxyFile file, List<ProxyService> wanted, ProxyOptions options, Path path)
      throws IOException, InterruptedException {
    SignalEnd end = SignalEnd.install();
    int status = 1;
    try (PcapFile capture =
            options.capture == null ? null : PcapFile.open(options.capture, this::complain);
        Tunnel tunnel = open(file, path, capture, options)) {
      tunnel.addListener(
          new TunnelListener() {
            @Override
            public void closed(@Nullable String failure) {
              if (failure != null) {
                complain("the tunnel has ended: " + failure);
                end.begin(1);
              }
            }
          });
      RoutedNetwork inside =
          new RoutedNetwork(tunnel, file.preference(), address -> isRouted(tunnel, address));
      try (ProxyHouse house =
          new ProxyHouse(
              inside,
              new HostNetwork(),
              ProxyLimits.usual(),
              options.silent ? line -> {} : this::complain)) {
        if (!options.silent && tunnel.dnsServers().isEmpty()) {
          complain("no DNS in [Interface]: names are resolved outside of the tunnel");
        }
        begin(house, tunnel, file, wanted, options, end);
        status = end.await();
      }
    } finally {
      end.finished();
    }
    return status;
  }

  private void begin(
      ProxyHouse house,
      Tunnel tunnel,
      ProxyFile file,
      List<ProxyService> wanted,
      ProxyOptions options,
      SignalEnd end)
      throws IOException {
    for (ProxyService service : wanted) {
      if (service instanceof ProxyService.Stdio stdio) {
        boolean alone = wanted.size() == 1;
        Thread.ofPlatform()
            .daemon()
            .name("warren-proxy-stdio")
            .start(() -> join(house, stdio.target(), alone, end));
      } else {
        InetSocketAddress _ = house.open(service);
      }
    }
    if (options.info != null) {
      AliveCheck alive = file.alive();
      List<InetAddress> hosts = new ArrayList<>();
      for (IpAddress address : alive.addresses()) {
        hosts.add(inet(address));
      }
      Duration interval = Duration.ofSeconds(alive.intervalSeconds());
      InetSocketAddress _ = house.info(options.info, view(tunnel), hosts, interval);
    }
  }

  private void join(ProxyHouse house, HostPort target, boolean alone, SignalEnd end) {
    int status = 0;
    // The descriptors themselves: a PrintStream keeps to itself that nobody reads any more.
    try (FileOutputStream output = new FileOutputStream(FileDescriptor.out)) {
      house.stdio(target, new FileInputStream(FileDescriptor.in), output);
    } catch (IOException e) {
      complain(target + ": " + e.getMessage());
      status = 1;
    }
    if (alone) {
      end.begin(status);
    }
  }

  private static InetAddress inet(IpAddress address) throws UnknownHostException {
    return InetAddress.ofLiteral(address.toString());
  }

  private static TunnelView view(Tunnel tunnel) {
    return new TunnelView() {
      @Override
      public TunnelStatus status() throws IOException {
        return tunnel.status();
      }

      @Override
      public void ping(InetAddress host, Duration timeout) throws IOException {
        Duration _ = tunnel.ping(host, timeout);
      }
    };
  }

  private static boolean isRouted(Tunnel tunnel, InetAddress address) {
    try {
      return tunnel.whoIs(address) != null || tunnel.addresses().contains(address);
    } catch (IOException e) {
      return false; // Closed meanwhile.
    }
  }

  private Tunnel open(ProxyFile file, Path path, @Nullable PcapFile capture, ProxyOptions options)
      throws IOException {
    String level = environment.getOrDefault("LOG_LEVEL", "");
    boolean verbose = level.equalsIgnoreCase("verbose") || level.equalsIgnoreCase("debug");
    String name = String.valueOf(path.getFileName()).replaceFirst("[.]conf$", "");
    TunnelBuilder builder = Tunnel.builder().text(file.tunnelText(), path.toString()).name(name);
    if (!options.silent && !level.equalsIgnoreCase("silent")) {
      builder.log(this::complain, verbose);
    }
    if (capture != null) {
      builder.tap(capture);
    }
    return builder.open();
  }

  private void complain(String line) {
    err.println("warren proxy: " + line);
  }
}
