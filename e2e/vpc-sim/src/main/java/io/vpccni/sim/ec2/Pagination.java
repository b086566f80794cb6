package io.vpccni.sim.ec2;

import io.vpccni.sim.ec2.DescribeCall.Query;
import io.vpccni.sim.ec2.Ec2Answer.InstanceView;
import io.vpccni.sim.ec2.Ec2Answer.Listing;
import io.vpccni.sim.ec2.Ec2Answer.StatusView;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Filters and pages. A token names the last id given, so changes in between lose nothing. */
final class Pagination {
  private static final int MOST = 1000;

  /** Of lists of which EC2 gives less at a time. */
  static final int FEW = 100;

  /** Tells our tokens from other texts. */
  private static final String MARK = "after:";

  private Pagination() {}

  static <T> Listing<T> of(Stream<T> all, Query query, Function<T, String> id, Filters<T> filters) {
    return of(all, query, id, filters, MOST);
  }

  /** The status of instances, which is a list of its own kind. */
  static Listing<StatusView> statuses(
      Stream<InstanceView> all, Query query, Filters<InstanceView> filters) {
    var page = of(all, query, view -> view.instance().id(), filters);
    return new Listing<>(page.items().stream().map(StatusView::new).toList(), page.nextToken());
  }

  /**
   * @param most items on a page, and the size of a page where none is asked for
   */
  static <T> Listing<T> of(
      Stream<T> all, Query query, Function<T, String> id, Filters<T> filters, int most) {
    int size = size(query, most);
    var after = query.nextToken().map(Pagination::read).orElse("");
    var rest =
        filters
            .apply(all, query.filters())
            .filter(item -> query.ids().isEmpty() ? id.apply(item).compareTo(after) > 0 : true)
            .limit(size + 1L)
            .toList();
    if (rest.size() <= size) {
      return new Listing<>(rest, Optional.empty());
    }
    var page = rest.subList(0, size);
    return new Listing<>(page, Optional.of(write(id.apply(page.getLast()))));
  }

  private static int size(Query query, int most) {
    if (query.maxResults().isPresent() && !query.ids().isEmpty()) {
      throw ApiError.combination("The parameter MaxResults cannot be used with a list of ids");
    }
    int size = query.maxResults().orElse(most);
    if (size < 5 || size > most) {
      throw ApiError.invalid(
          "Value ( %d ) for parameter maxResults is invalid. Expecting a value of 5 to %d."
              .formatted(size, most));
    }
    return size;
  }

  private static String write(String id) {
    return Base64.getUrlEncoder().encodeToString((MARK + id).getBytes(StandardCharsets.UTF_8));
  }

  private static String read(String token) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (text.startsWith(MARK)) {
        return text.substring(MARK.length());
      }
    } catch (IllegalArgumentException notBase64) {
      // Not one of ours either.
    }
    throw ApiError.invalid("Unable to parse pagination token");
  }
}
