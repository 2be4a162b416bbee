"""Cinder's driver of the lab: the packaged one that keeps no bytes, also where
that one forgets that it has none and converts an image onto a device."""

from cinder.tests import fake_driver


class LabDriver(fake_driver.FakeLoggingVolumeDriver):
    """A volume of an image reads the image and throws it away."""

    def copy_image_to_volume(self, context, volume, image_service, image_id, disable_sparse=False):
        with open("/dev/null", "wb") as nowhere:
            image_service.download(context, image_id, nowhere)

    def extend_volume(self, volume, new_size):
        """The packaged one asks its group of volumes, which has none."""
