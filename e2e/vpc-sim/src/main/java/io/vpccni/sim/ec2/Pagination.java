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

/**
 * Cuts filtered lists into pages. The token of a page names its last id, so changes between two
 * pages lose nothing.
 */
final class Pagination {
  private static final int MOST = 1000;

  /** Lists of which EC2 gives fewer at a time have this page size. */
  static final int FEW = 100;

  /** Our tokens begin with this, which tells them from other text. */
  private static final String MARK = "after:";

  private Pagination() {}

  static <T> Listing<T> of(Stream<T> all, Query query, Function<T, String> id, Filters<T> filters) {
    return of(all, query, id, filters, MOST);
  }

  /** Returns one page of the status of instances. */
  static Listing<StatusView> statuses(
      Stream<InstanceView> all, Query query, Filters<InstanceView> filters) {
    var page = of(all, query, view -> view.instance().id(), filters);
    return new Listing<>(page.items().stream().map(StatusView::new).toList(), page.nextToken());
  }

  /**
   * @param most is the largest page size, and the page size if the call names none
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
