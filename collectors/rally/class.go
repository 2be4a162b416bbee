package rally

import "github.com/openstack-eris/eris/collectors/record"

// class is that of a failure, by the class of the exception of OpenStack's clients and of
// Rally that ended the iteration, with the HTTP status that stands for it. Of one that
// stands for no status it is a wrong result.
//
// Sources: https://docs.openstack.org/keystoneauth/latest/api/keystoneauth1.exceptions.html,
// https://github.com/openstack/rally-openstack, https://github.com/openstack/rally (rally/exceptions.py).
func class(failure []string) (record.Class, int) {
	if len(failure) == 0 { // an action failed, and the iteration did not
		return record.WrongResult, 0
	}
	switch failure[0] {
	case "ConnectFailure", "ConnectionError", "ConnectionRefused", "SSLError", "UnknownConnectionError":
		return record.Connect, 0
	case "ConnectTimeout", "TimeoutException", "ReadTimeout", "Timeout":
		return record.Timeout, 0
	case "RequestTimeout", "HTTPRequestTimeout":
		return record.Timeout, 408
	case "BadRequest", "HTTPBadRequest":
		return record.HTTP4xx, 400
	case "Unauthorized", "HTTPUnauthorized":
		return record.HTTP4xx, 401
	case "Forbidden", "HTTPForbidden":
		return record.HTTP4xx, 403
	case "NotFound", "HTTPNotFound":
		return record.HTTP4xx, 404
	case "Conflict", "HTTPConflict":
		return record.Conflict, 409
	case "OverLimit", "RequestEntityTooLarge":
		return record.Quota, 413
	case "OverQuotaClient": // Neutron's
		return record.Quota, 409
	case "InternalServerError", "HttpServerError", "HTTPInternalServerError":
		return record.HTTP5xx, 500
	case "BadGateway", "HTTPBadGateway":
		return record.HTTP5xx, 502
	case "ServiceUnavailable", "HTTPServiceUnavailable":
		return record.HTTP5xx, 503
	case "GatewayTimeout", "HTTPGatewayTimeout":
		return record.HTTP5xx, 504
	}
	return record.WrongResult, 0
}
