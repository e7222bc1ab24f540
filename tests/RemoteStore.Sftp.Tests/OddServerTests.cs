using System.Buffers.Binary;
using RemoteStore.Sftp.Protocol;

namespace RemoteStore.Sftp.Tests;

/// <summary>What servers are known to report of files, and no file has.</summary>
public sealed class OddServerTests
{
    [Fact]
    public void A_size_beyond_all_files_is_not_known()
    {
        const uint SizeFlag = 1;
        var answer = new byte[sizeof(uint) + sizeof(ulong)];
        BinaryPrimitives.WriteUInt32BigEndian(answer, SizeFlag);
        BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(sizeof(uint)), ulong.MaxValue);
        Assert.Null(Read(answer).Size);
        BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(sizeof(uint)), long.MaxValue);
        Assert.Equal(long.MaxValue, Read(answer).Size);
    }

    private static SftpAttributes Read(byte[] answer)
    {
        var reader = new PacketReader(answer);
        return SftpAttributes.Read(ref reader);
    }
}
