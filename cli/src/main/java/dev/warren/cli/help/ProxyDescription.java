package dev.warren.cli.help;

import static dev.warren.cli.help.Argument.Kind.FILE;
import static dev.warren.cli.help.Argument.Kind.WORDS;

/**
 * The description of {@code proxy}.
 *
 * <p><b>Owner:</b> any thread.
 */
final class ProxyDescription {
  private ProxyDescription() {}

  static Command proxy() {
    return Command.named("proxy", "reach a private network by SOCKS, HTTP and ports, without root")
        .synopsis("[OPTION]... FILE")
        .synopsis("--stdio HOST:PORT FILE")
        .text(
            """
            Joins the private network of FILE, without root and without an interface, and serves
            what the sections of FILE ask for until SIGINT or SIGTERM. FILE is one of `wg-quick`,
            and a file of wireproxy runs as it is. Its sections:

              [Socks5]           BindAddress, Username, Password
              [http]             BindAddress, Username, Password
              [SNI]              BindAddress
              [TCPClientTunnel]  BindAddress, Target
              [TCPServerTunnel]  ListenPort, Target
              [UDPProxyTunnel]   BindAddress, Target, InactivityTimeout
              [UDPServerTunnel]  ListenPort, Target, InactivityTimeout
              [STDIOTunnel]      Target
              [Resolve]          ResolveStrategy

            A BindAddress is on this machine, a ListenPort in the private network. Before the
            first section, `WGConfig = OTHER` takes the tunnel from another file. `CheckAlive` and
            `CheckAliveInterval` in [Interface] say whom to ping for `--info`. A value `$NAME` is
            taken from the environment; secrets never stand on the command line.
            """)
        .option("-c, --config", "FILE", Argument.of(FILE), "the same as FILE alone")
        .option("-n, --configtest", "only say what is wrong with FILE")
        .option("-s, --silent", "say nothing but what went wrong")
        .option(
            "-i, --info",
            "ADDRESS",
            Argument.of(WORDS),
            "serve /readyz and /metrics over HTTP at [HOST:]PORT, by default on 127.0.0.1")
        .option(
            "--pcap",
            "CAPTURE",
            Argument.of(FILE),
            "write the tunnel's packets, unencrypted, to a file for Wireshark")
        .option(
            "--stdio",
            "HOST:PORT",
            Argument.of(WORDS),
            "join standard input and output to this host instead, for ssh's ProxyCommand")
        .argument(FILE)
        .example("warren proxy office.conf", "serve what the sections of office.conf ask for")
        .example(
            "ssh -o ProxyCommand='warren proxy --stdio %h:%p office.conf' me@10.0.0.1",
            "ssh to a host of the private network")
        .example(
            "curl --socks5-hostname 127.0.0.1:25344 http://intranet/",
            "by SOCKS, the name resolved inside")
        .exit(0, "it was ended by a signal, or the host of `--stdio` ended the connection")
        .exit(1, "FILE or a port cannot be used, or it failed later")
        .exit(2, "the command line is not understood")
        .variable(
            "LOG_LEVEL", "`verbose` for more; `silent` for nothing but what keeps it from starting")
        .see("warren-up(1)", "warren-config(1)", "wg-quick(8)", "ssh_config(5)");
  }
}
