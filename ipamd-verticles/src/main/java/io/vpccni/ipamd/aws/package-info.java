/** News of requests to EC2 and IMDS, for whoever counts them. Values only. */
@NullMarked
package io.vpccni.ipamd.aws;

import org.jspecify.annotations.NullMarked;
