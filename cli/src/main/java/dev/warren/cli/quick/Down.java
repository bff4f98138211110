package dev.warren.cli.quick;

import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.UapiException;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.config.Configuration;
import dev.warren.config.InterfaceConfig;
import dev.warren.linux.LinuxException;
import dev.warren.linux.route.Rule;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code warren down} and {@code warren save}.
 *
 * <p>The way down goes on after a failure, except that a failing PreDown hook keeps the interface:
 * that is what such hooks are for. What is gone already is no failure. An interface whose daemon
 * was killed has left rules behind: these are taken away too.
 */
final class Down {
  private final String program;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final ConfigFile file;
  private final Configuration configuration;
  private final UapiSockets sockets = new UapiSockets();

  Down(
      String program,
      PrintStream err,
      Map<String, String> environment,
      ConfigFile file,
      Configuration configuration) {
    this.program = program;
    this.err = err;
    this.environment = environment;
    this.file = file;
    this.configuration = configuration;
  }

  int run() throws IOException {
    try (Host host = Host.open(environment, err)) {
      return run(host);
    } catch (LinuxException e) {
      throw new IOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Executor.STOPPED;
    }
  }

  private int run(Host host) throws IOException, LinuxException, InterruptedException {
    String name = file.name();
    InterfaceConfig config = configuration.device();
    Executor executor = new Executor(host, program, err);
    InterfaceState state = state();
    if (state == null) {
      if (!FirewallRules.exist(host, name)) {
        throw notOurs();
      }
      executor.performAll(rules(host, orphanTables(host)));
    } else {
      try {
        executor.perform(UpPlan.hooks(name, config.preDown()));
        if (Boolean.TRUE.equals(config.saveConfig())) {
          executor.perform(List.of(save(state)));
        }
      } catch (StepFailure e) {
        return e.status();
      }
      if (state.fwmark() != 0 && FactFinder.hasDefaultRoute(config, FactFinder.allowedIps(state))) {
        executor.performAll(rules(host, List.of(state.fwmark())));
      }
      executor.performAll(List.of(RoutingSteps.deleteLink(name)));
    }
    executor.performAll(DownPlan.rest(name, config, NameServers.resolver(host)));
    executor.performAll(UpPlan.hooks(name, config.postDown()));
    return executor.hasFailed() ? 1 : 0;
  }

  int save() throws IOException {
    InterfaceState state = state();
    if (state == null) {
      throw notOurs();
    }
    try (Host host = Host.open(environment, err)) {
      SavedState.save(host, file, configuration, state);
      return 0;
    } catch (LinuxException e) {
      throw new IOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Executor.STOPPED;
    }
  }

  /** The interface, or null when there is no such one. */
  private @Nullable InterfaceState state() throws IOException {
    if (sockets.isKernels(file.name())) {
      throw new IOException(
          "the kernel runs `" + file.name() + "': take it down with the original wg-quick");
    }
    try {
      return sockets.list().contains(file.name()) ? sockets.get(file.name()) : null;
    } catch (UapiException e) {
      throw new IOException("cannot ask " + file.name() + ": " + e.reason(), e);
    }
  }

  private IOException notOurs() {
    return new IOException("`" + file.name() + "' is not a WireGuard interface");
  }

  private Step save(InterfaceState state) {
    return new Step(
        "wg showconf " + file.name() + " > " + file.path(),
        host -> SavedState.save(host, file, configuration, state));
  }

  /** The steps that remove the rules of these tables, in both families. */
  private static List<Step> rules(Host host, List<Integer> tables) throws LinuxException {
    List<Step> steps = new ArrayList<>();
    for (boolean v6 : new boolean[] {false, true}) {
      List<Rule> rules = host.network().rules(v6);
      steps.addAll(DownPlan.rules(rules, tables));
    }
    return steps;
  }

  /** The tables of interfaces that are no more: rules lead there, and there are no routes. */
  private static List<Integer> orphanTables(Host host) throws LinuxException {
    List<Rule> rules = new ArrayList<>(host.network().rules(false));
    rules.addAll(host.network().rules(true));
    return DownPlan.orphanTables(rules, table -> FactFinder.isEmpty(host.network(), table));
  }
}
