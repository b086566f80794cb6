package io.vpccni.ipamd;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.config.Refused;
import io.vpccni.ipamd.config.Version;
import io.vpccni.ipamd.log.Logs;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This is the node agent's process. */
public final class Main {
  private static final String HELP =
      """
      ipamd: gives the pods of this node VPC addresses

      usage: ipamd [rehearse | --help | --version]

      Settings come from the environment, under the names of amazon-vpc-cni-k8s
      (ENABLE_IPv4, WARM_ENI_TARGET, ...). What is in force, and which values could
      not be used, shows at http://127.0.0.1:61679/v1/env-settings.

      rehearse serves pods on a simulated node and ends: it makes the cache of loaded
      classes, lib/ipamd.aot, when an image is built. It needs no privileges.

      Exit codes: 0 stopped by a signal; 1 cannot start: settings that contradict each
      other, a socket that is taken, a state folder that cannot be written; 2 usage.
      """;

  private static final int CANNOT_START = 1;
  private static final int USAGE = 2;
  private static final long STOP_SECONDS = 5;

  private Main() {}

  public static void main(String[] arguments) {
    if (arguments.length == 0) {
      System.exit(run());
    }
    switch (arguments.length == 1 ? arguments[0] : "") {
      case "rehearse" -> System.exit(Rehearse.run());
      case "--help", "-h" -> System.out.print(HELP);
      case "--version" -> System.out.println("ipamd " + Version.text());
      default -> {
        System.err.print(HELP);
        System.exit(USAGE);
      }
    }
  }

  private static int run() {
    AgentConfig.Parsed settings;
    try {
      settings = AgentConfig.parse(System.getenv());
    } catch (Refused refused) {
      refused.reasons().forEach(reason -> System.err.println("ipamd cannot start: " + reason));
      return CANNOT_START;
    }
    var process = settings.config().process();
    var logProblem = Logs.set(process.logFile(), process.logLevel(), InstantSource.system());
    var log = LoggerFactory.getLogger(Main.class);
    logProblem.ifPresent(log::warn);
    settings
        .problems()
        .forEach(
            problem ->
                log.atWarn()
                    .addKeyValue("setting", problem.name())
                    .addKeyValue("value", problem.value())
                    .log(problem.message()));
    log.atInfo().addKeyValue("version", Version.text()).log("Starting");
    return serve(new Agent(settings, Agent.CNI_PEERS), log);
  }

  private static int serve(Agent agent, Logger log) {
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (stopped.getCount() == 0) return;
                  log.info("Stopping");
                  agent.stop(STOP_SECONDS, TimeUnit.SECONDS);
                },
                "shutdown"));
    try {
      agent.start();
      stopped.await();
      return 0;
    } catch (Agent.CannotStart fatal) {
      log.error("Cannot start: {}", fatal.getMessage());
      stopped.countDown();
      return CANNOT_START;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return CANNOT_START;
    }
  }
}
