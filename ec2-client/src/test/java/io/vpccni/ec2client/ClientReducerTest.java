package io.vpccni.ec2client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.JarURLConnection;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client is cut to two operations and loaded without the SDK's own classes of EC2. */
class ClientReducerTest {
  private static final Set<String> TWO = Set.of("DescribeSubnets", "CreateTags");

  private JarFile jar;
  private SdkClasses sdk;

  @BeforeEach
  void open() throws IOException {
    // The SDK's jar is the only one on the class path that has waiters.
    var waiter = SdkClasses.ROOT + "waiters/Ec2AsyncWaiter.class";
    var url = ClientReducerTest.class.getClassLoader().getResource(waiter);
    jar = ((JarURLConnection) url.openConnection()).getJarFile();
    sdk = new SdkClasses(jar);
  }

  @AfterEach
  void close() throws IOException {
    jar.close();
  }

  @Test
  void theClientHasTheOperationsAndNoOther() throws ReflectiveOperationException {
    var client =
        Class.forName(name("Ec2AsyncClient"), true, loader(ClientReducer.reduced(sdk, TWO)));
    assertThat(
            Arrays.stream(client.getMethods())
                .filter(method -> method.getReturnType() == CompletableFuture.class)
                .map(Method::getName)
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("describeSubnets", "createTags");
    assertThat(Arrays.stream(client.getMethods()).map(Method::getName))
        .contains("builder", "serviceName", "serviceClientConfiguration", "close")
        .doesNotContain("describeSubnetsPaginator", "waiter");
  }

  /** The virtual machine verifies each class, for which it looks at all that its code refers to. */
  @Test
  void everyClassCanBeLoadedAndVerifiedWithoutTheOnesThatWereLeftOut()
      throws ReflectiveOperationException {
    var client = ClientReducer.reduced(sdk, TWO);
    var loader = loader(client);
    for (var file : client.keySet()) {
      assertThat(Class.forName(file.replace('/', '.'), true, loader).getClassLoader())
          .isSameAs(loader);
    }
    assertThat(client.size()).isBetween(50, 400);
  }

  @Test
  void aClassThatIsNotCutStaysAsTheSdkHasIt() {
    var subnet = SdkClasses.ROOT + "model/Subnet";
    assertThat(ClientReducer.reduced(sdk, TWO).get(subnet)).isEqualTo(sdk.bytes(subnet));
  }

  @Test
  void theImplementationKeepsItsAbstractMethodsInStep() throws ReflectiveOperationException {
    var loader = loader(ClientReducer.reduced(sdk, TWO));
    var implementation = Class.forName(name("DefaultEc2AsyncClient"), true, loader);
    assertThat(
            Arrays.stream(implementation.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers())))
        .isEmpty();
    assertThat(implementation.getMethods()).extracting(Method::getName).contains("createTags");
  }

  @Test
  void anOperationThatEc2DoesNotHaveIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientReducer.reduced(sdk, Set.of("DescribeSubnets", "DescribeSubnet")))
        .withMessageContaining("[DescribeSubnet]");
  }

  private static String name(String simple) {
    return SdkClasses.ROOT.replace('/', '.') + simple;
  }

  private static ClassLoader loader(Map<String, byte[]> client) {
    return new ClassLoader(ClientReducerTest.class.getClassLoader()) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(SdkClasses.ROOT.replace('/', '.'))) {
          return super.loadClass(name, resolve);
        }
        var loaded = findLoadedClass(name);
        var bytes = client.get(name.replace('.', '/'));
        if (loaded == null && bytes == null) {
          throw new ClassNotFoundException(name + " was left out");
        }
        return loaded == null ? defineClass(name, bytes, 0, bytes.length) : loaded;
      }
    };
  }
}
