/** News of requests to EC2 and IMDS, for whoever counts them. This package has values only. */
@NullMarked
package io.vpccni.ipamd.aws;

import org.jspecify.annotations.NullMarked;
