package io.vpccni.ipamd.cni;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.PodRef;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CniCallTest {
  private static final String CONF = "{\"cniVersion\":\"1.1.0\",\"name\":\"aws-cni\"}";

  private static Map<String, String> env(String... changes) {
    var env =
        new HashMap<>(
            Map.of(
                "CNI_COMMAND", "ADD",
                "CNI_CONTAINERID", "c1",
                "CNI_NETNS", "/run/netns/c1",
                "CNI_IFNAME", "eth0",
                "CNI_PATH", "/opt/cni/bin",
                "CNI_ARGS",
                    "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-2;K8S_POD_UID=u1"));
    for (var change : changes) {
      int equals = change.indexOf('=');
      if (equals < 0) env.remove(change);
      else env.put(change.substring(0, equals), change.substring(equals + 1));
    }
    return env;
  }

  @Test
  void aCompleteCallIsTakenApart() {
    var call = CniCall.parse(env(), CONF.getBytes(UTF_8));
    assertThat(call.verb()).isEqualTo(Verb.ADD);
    assertThat(call.attachment()).isEqualTo(new Attachment("c1", "eth0", "aws-cni"));
    assertThat(call.netns()).isEqualTo("/run/netns/c1");
    assertThat(call.pod()).isEqualTo(new PodRef("default", "web-2"));
    assertThat(call.uid()).isEqualTo("u1");
    assertThat(call.conf().mtu()).isEqualTo(9001);
    assertThat(call.conf().vethPrefix()).isEqualTo("eni");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # why                                   | variable                        | code | message
          no command                              | CNI_COMMAND                     | 4    | required env variables [CNI_COMMAND] missing
          an unknown command                      | CNI_COMMAND=UPDATE              | 4    | unknown CNI_COMMAND: UPDATE
          a missing netns                         | CNI_NETNS                       | 4    | required env variables [CNI_NETNS] missing
          an empty interface name                 | CNI_IFNAME=                     | 4    | required env variables [CNI_IFNAME] missing
          a container id that is a path           | CNI_CONTAINERID=../x            | 4    | invalid characters in containerID
          an interface name that the kernel has no room for | CNI_IFNAME=abcdefghijklmnop | 4 | interface name is too long
          an interface name that is a folder      | CNI_IFNAME=..                   | 4    | interface name is . or ..
          an interface name with a slash          | CNI_IFNAME=a/b                  | 4    | interface name contains
          args without a value                    | CNI_ARGS=K8S_POD_NAME           | 999  | add cmd: failed to load k8s config from arg: ARGS: invalid pair
          args nobody knows                       | CNI_ARGS=FOO=1                  | 999  | ARGS: unknown args FOO
          """)
  void aWrongVariableIsNamed(String why, String change, int code, String message) {
    expect(env(change), CONF, code, message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          stdin that is not JSON          | ADD    | {"name":                                   | 6   | error unmarshall network config
          stdin that is no object         | ADD    | []                                         | 6   | error unmarshall network config
          no network name                 | ADD    | {"cniVersion":"1.0.0"}                     | 7   | missing network name
          a network name that is a path   | ADD    | {"name":"../a"}                            | 7   | invalid characters found in network name
          a version from the future       | ADD    | {"name":"a","cniVersion":"2.0.0"}          | 1   | incompatible CNI versions
          CHECK before 0.4.0              | CHECK  | {"name":"a","cniVersion":"0.3.1"}          | 1   | config version does not allow CHECK
          GC before 1.1.0                 | GC     | {"name":"a","cniVersion":"1.0.0"}          | 1   | config version does not allow GC
          STATUS before 1.1.0             | STATUS | {"name":"a","cniVersion":"1.0.0"}          | 1   | config version does not allow STATUS
          a long veth prefix              | ADD    | {"name":"a","vethPrefix":"veth0"}          | 999 | add cmd: error loading config from args: conf.VethPrefix can be at most 4 characters long
          a long veth prefix of a DEL     | DEL    | {"name":"a","vethPrefix":"veth0"}          | 999 | del cmd: error loading config from args: conf.VethPrefix
          an mtu that is a number         | ADD    | {"name":"a","mtu":9001}                    | 999 | mtu must be a JSON string
          a prevResult that is no object  | ADD    | {"name":"a","prevResult":7}                | 999 | error loading config from args
          """)
  void wrongStdinIsNamed(String why, String command, String stdin, int code, String message) {
    expect(env("CNI_COMMAND=" + command), stdin, code, message);
  }

  @Test
  void everyMissingVariableIsNamedAtOnce() {
    expect(
        Map.of("CNI_COMMAND", "ADD"),
        CONF,
        4,
        "required env variables [CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH] missing");
  }

  @Test
  void delNeedsNoNetns() {
    assertThat(CniCall.parse(env("CNI_COMMAND=DEL", "CNI_NETNS"), CONF.getBytes(UTF_8)).netns())
        .isEmpty();
  }

  @Test
  void statusNeedsNoAttachment() {
    var env = Map.of("CNI_COMMAND", "STATUS", "CNI_PATH", "/opt/cni/bin");
    assertThat(CniCall.parse(env, CONF.getBytes(UTF_8)).verb()).isEqualTo(Verb.STATUS);
  }

  @ParameterizedTest(name = "mtu {0} is {1}")
  @CsvSource({"abc,9001", "500,9001", "10000,9001", "8000,8000", "'',9001"})
  void anUnusableMtuIsTheDefault(String text, int mtu) {
    var conf = "{\"name\":\"aws-cni\",\"mtu\":\"" + text + "\"}";
    assertThat(parsed(conf).mtu()).isEqualTo(mtu);
  }

  @Test
  void thePodAsksForEveryCardByItsAnnotation() {
    var conf =
        """
        {"name":"aws-cni","runtimeConfig":{"io.kubernetes.cri.pod-annotations":
          {"k8s.amazonaws.com/nicConfig":"multi-nic-attachment"}}}""";
    assertThat(parsed(conf).everyCard()).isTrue();
    assertThat(parsed(CONF).everyCard()).isFalse();
  }

  @Test
  void gcLearnsWhatStillExists() {
    var conf =
        """
        {"cniVersion":"1.1.0","name":"aws-cni",
         "cni.dev/valid-attachments":[{"containerID":"c1","ifname":"eth0"}]}""";
    assertThat(parsed(conf).valid().orElseThrow()).containsExactly(new NetConf.Valid("c1", "eth0"));
  }

  @Test
  void anErrorIsPrintedAsTheReferencePrintsIt() {
    assertThat(CniError.incompatible("no", "why").answer().text())
        .isEqualTo("{\n    \"code\": 1,\n    \"msg\": \"no\",\n    \"details\": \"why\"\n}");
    assertThat(CniError.later("busy").answer().text())
        .isEqualTo("{\n    \"code\": 11,\n    \"msg\": \"busy\"\n}");
  }

  private static NetConf parsed(String conf) {
    return NetConf.parse(conf.getBytes(UTF_8), "");
  }

  private static void expect(Map<String, String> env, String stdin, int code, String message) {
    var error =
        catchThrowableOfType(CniError.class, () -> CniCall.parse(env, stdin.getBytes(UTF_8)));
    assertThat(error).isNotNull().hasMessageContaining(message);
    assertThat(error.code()).isEqualTo(code);
  }
}
