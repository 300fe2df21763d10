"""Stop writing an upload to disk once it is over the limit."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class SizeLimitHandler(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS: lets a little more than the limit through and swallows the rest.

    The form then sees a file over the limit and says so; a cut connection would leave the person guessing.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= settings.MAX_UPLOAD_BYTES else None

    def file_complete(self, file_size: int) -> None:
        return None
