package dev.warren.config;

import dev.warren.crypto.Secret;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Immutable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@code [Interface]}; null or empty where nothing is said.
 *
 * @param privateKey zeros for none
 * @param listenPort 0..65535, 0 for a random one
 * @param fwmark an unsigned number, 0 for off
 * @param addresses {@code wg-quick}: addresses of the interface
 * @param mtu {@code wg-quick}: its MTU
 * @param dns {@code wg-quick}: resolvers
 * @param dnsSearch {@code wg-quick}: search domains
 * @param table {@code wg-quick}: where routes go
 * @param preUp {@code wg-quick}: commands before the interface is up
 * @param postUp {@code wg-quick}: commands after that
 * @param preDown {@code wg-quick}: commands before the interface goes
 * @param postDown {@code wg-quick}: commands after that
 * @param saveConfig {@code wg-quick}: whether the state is saved when the interface goes
 */
@Immutable
public record InterfaceConfig(
    @Nullable Secret privateKey,
    @Nullable Integer listenPort,
    @Nullable Integer fwmark,
    List<InterfaceAddress> addresses,
    @Nullable Integer mtu,
    List<IpAddress> dns,
    List<String> dnsSearch,
    @Nullable RouteTable table,
    List<String> preUp,
    List<String> postUp,
    List<String> preDown,
    List<String> postDown,
    @Nullable Boolean saveConfig) {

  void wipe() {
    if (privateKey != null) {
      privateKey.wipe();
    }
  }

  /** Puts one together; starts from nothing said. */
  public static final class Builder {
    private final ArrayList<InterfaceAddress> addresses = new ArrayList<>();
    private final ArrayList<IpAddress> dns = new ArrayList<>();
    private final ArrayList<String> dnsSearch = new ArrayList<>();
    private final ArrayList<String> preUp = new ArrayList<>();
    private final ArrayList<String> postUp = new ArrayList<>();
    private final ArrayList<String> preDown = new ArrayList<>();
    private final ArrayList<String> postDown = new ArrayList<>();
    private @Nullable Secret privateKey;
    private @Nullable Integer listenPort;
    private @Nullable Integer fwmark;
    private @Nullable Integer mtu;
    private @Nullable RouteTable table;
    private @Nullable Boolean saveConfig;

    /** Nothing said yet. */
    public Builder() {}

    /** Sets the key, and wipes the one before. */
    public Builder privateKey(Secret key) {
      if (privateKey != null) {
        privateKey.wipe();
      }
      privateKey = key;
      return this;
    }

    /** Sets the port. */
    public Builder listenPort(int port) {
      listenPort = port;
      return this;
    }

    /** Sets the mark. */
    public Builder fwmark(int mark) {
      fwmark = mark;
      return this;
    }

    /** Adds an address. */
    public Builder address(InterfaceAddress address) {
      addresses.add(address);
      return this;
    }

    /** Sets the MTU. */
    public Builder mtu(int bytes) {
      mtu = bytes;
      return this;
    }

    /** Adds a resolver. */
    public Builder dns(IpAddress resolver) {
      dns.add(resolver);
      return this;
    }

    /** Adds a search domain. */
    public Builder dnsSearch(String domain) {
      dnsSearch.add(domain);
      return this;
    }

    /** Sets where routes go. */
    public Builder table(RouteTable value) {
      table = value;
      return this;
    }

    /** Adds a command. */
    public Builder preUp(String command) {
      preUp.add(command);
      return this;
    }

    /** Adds a command. */
    public Builder postUp(String command) {
      postUp.add(command);
      return this;
    }

    /** Adds a command. */
    public Builder preDown(String command) {
      preDown.add(command);
      return this;
    }

    /** Adds a command. */
    public Builder postDown(String command) {
      postDown.add(command);
      return this;
    }

    /** Sets whether the state is saved. */
    public Builder saveConfig(boolean save) {
      saveConfig = save;
      return this;
    }

    /** The settings. */
    public InterfaceConfig build() {
      return new InterfaceConfig(
          privateKey,
          listenPort,
          fwmark,
          List.copyOf(addresses),
          mtu,
          List.copyOf(dns),
          List.copyOf(dnsSearch),
          table,
          List.copyOf(preUp),
          List.copyOf(postUp),
          List.copyOf(preDown),
          List.copyOf(postDown),
          saveConfig);
    }
  }
}
