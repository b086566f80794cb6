package io.vpccni.ec2client;

import static java.util.function.Predicate.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;

/**
 * Cuts the SDK's EC2 client to the operations that our programs call.
 *
 * <p>The client has one class with a method for each of EC2's 700 operations, and one interface
 * like it. The virtual machine verifies a class as a whole, for which it loads the requests and
 * answers of all operations. Here both lose the methods that nobody calls, and of all other classes
 * those stay, unchanged, that what is left refers to. Nothing is generated: what stays is the
 * compiled code of the SDK.
 */
public final class ClientReducer {
  private static final String CLIENT = SdkClasses.ROOT + "Ec2AsyncClient";

  private static final Set<String> FACADES =
      Set.of(
          CLIENT,
          SdkClasses.ROOT + "DefaultEc2AsyncClient",
          SdkClasses.ROOT + "Ec2Client",
          SdkClasses.ROOT + "DefaultEc2Client");

  /** The licence of the SDK goes with its classes, and its name by which scanners know it. */
  private static final List<String> PAPERS =
      List.of(
          "META-INF/maven/software.amazon.awssdk/ec2/pom.properties",
          "META-INF/maven/software.amazon.awssdk/ec2/pom.xml",
          "META-INF/software.amazon.awssdk/ec2/version.properties",
          "META-INF/NOTICE.txt",
          "META-INF/LICENSE.txt");

  private ClientReducer() {}

  /**
   * Takes the SDK's jar, a file with the name of an operation in each line, and a folder for the
   * classes.
   */
  static void main(String[] arguments) throws IOException {
    var operations = Files.readAllLines(Path.of(arguments[1]));
    try (var jar = new JarFile(arguments[0])) {
      var sdk = new SdkClasses(jar);
      var client = reduced(sdk, Set.copyOf(operations));
      for (var each : client.entrySet()) {
        write(Path.of(arguments[2], each.getKey() + ".class"), each.getValue());
      }
      for (var paper : PAPERS) {
        write(Path.of(arguments[2], paper), sdk.resource(paper));
      }
    }
  }

  /** Returns the class files of the client with these operations, by name. */
  static Map<String, byte[]> reduced(SdkClasses sdk, Set<String> operations) {
    var gone = methodsWithout(sdk, operations);
    var client = new TreeMap<String, byte[]>();
    var toLookAt = new ArrayDeque<String>(Set.of(CLIENT));
    while (!toLookAt.isEmpty()) {
      var name = toLookAt.remove();
      if (!client.containsKey(name)) {
        var bytes =
            FACADES.contains(name)
                ? new FacadeCut(sdk.bytes(name), method -> !gone.contains(lowerCase(method)))
                    .bytes(sdk::namedIn)
                : sdk.bytes(name);
        client.put(name, bytes);
        toLookAt.addAll(sdk.namedIn(bytes));
      }
    }
    return client;
  }

  /**
   * Returns the methods of all other operations, in lower case: the SDK has {@code enableVolumeIO}
   * beside {@code EnableVolumeIoRequest}. Methods that read all pages go, too, and those that wait.
   */
  private static Set<String> methodsWithout(SdkClasses sdk, Set<String> operations) {
    var all = sdk.operations();
    var unknown = operations.stream().filter(not(all::contains)).sorted().toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("EC2 has no such operations: " + unknown);
    }
    var gone = new HashSet<String>(Set.of("waiter"));
    for (var operation : all) {
      var method = lowerCase(operation);
      gone.add(method + "paginator");
      if (!operations.contains(operation)) {
        gone.add(method);
      }
    }
    return gone;
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }
}
