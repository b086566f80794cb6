package io.vpccni.ipamd.cni;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what containerd sends with an ADD, and with a DEL that brings the result of the ADD
 * along.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "--sun-misc-unsafe-memory-access=allow"
    })
public class NetConfBench {
  private static final Map<String, String> ENV =
      Map.of(
          "CNI_CONTAINERID",
          "8f6d1b0c5a3e4f2d9c7b6a5948372615",
          "CNI_NETNS",
          "/var/run/netns/cni-9e1f0c7a-52f3-4c55-8f21-3f7f4e0c6d11",
          "CNI_IFNAME",
          "eth0",
          "CNI_PATH",
          "/opt/cni/bin",
          "CNI_ARGS",
          "K8S_POD_INFRA_CONTAINER_ID=8f6d1b0c5a3e4f2d9c7b6a5948372615;K8S_POD_UID=0b5c7f1e;"
              + "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-7d4b9c6f5-x2x8p");

  private static final String CONF =
      """
      {"cniVersion":"1.0.0","name":"aws-cni","type":"aws-cni","vethPrefix":"eni","mtu":"9001",
       "podSGEnforcingMode":"strict","pluginLogFile":"/var/log/aws-routed-eni/plugin.log",
       "pluginLogLevel":"DEBUG","capabilities":{"io.kubernetes.cri.pod-annotations":true},
       "runtimeConfig":{"io.kubernetes.cri.pod-annotations":{"kubernetes.io/config.seen":"2026"}}%s}
      """;

  private static final byte[] ADD = CONF.formatted("").getBytes(UTF_8);

  private static final byte[] DEL =
      CONF.formatted(
              """
              ,"prevResult":{"cniVersion":"1.0.0","interfaces":[{"name":"enib5faff8a083"},
              {"name":"eth0","sandbox":"/var/run/netns/cni-1"},{"name":"dummyb5faff8a083",
              "mac":"2","sandbox":"0"}],"ips":[{"interface":1,"address":"10.0.1.101/32"}],"dns":{}}
              """)
          .getBytes(UTF_8);

  @Benchmark
  public Object add() {
    return call("ADD", ADD);
  }

  @Benchmark
  public Object del() {
    return call("DEL", DEL);
  }

  private static Object call(String verb, byte[] stdin) {
    var env = new java.util.HashMap<>(ENV);
    env.put("CNI_COMMAND", verb);
    return CniCall.parse(env, stdin);
  }
}
